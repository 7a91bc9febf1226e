"""A real Kailash WorkflowServer as a target: one fast workflow, and a count of what arrived. Loopback only, no auth.

    python server.py --port N
"""
import argparse
import os

import uvicorn
from kailash.servers.gateway import create_gateway
from kailash.workflow.builder import WorkflowBuilder

args = argparse.ArgumentParser(description=__doc__)
args.add_argument("--port", type=int, required=True)
port = args.parse_args().port

builder = WorkflowBuilder()
builder.add_node("PythonCodeNode", "square", {"code": "result = {'value': n * n}", "n": 3})
failing = WorkflowBuilder()
failing.add_node("PythonCodeNode", "boom", {"code": "raise ValueError('failed on purpose')"})

server = create_gateway(server_type="basic", require_auth=False)
server.register_workflow("fast", builder.build(workflow_id="fast", name="fast"))
server.register_workflow("fail", failing.build(workflow_id="fail", name="fail"))

executions = 0


class Counting:
    """Counts requests to the execute routes as they arrive, before Kailash sees them."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        global executions
        if scope["type"] == "http" and scope["path"].endswith("/execute"):
            executions += 1
        if scope["type"] == "http" and scope["path"] == "/counted":
            body = b'{"executions":%d}' % executions
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
            await send({"type": "http.response.body", "body": body})
            return
        await self.app(scope, receive, send)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "warning")
    uvicorn.run(Counting(server.app), host="127.0.0.1", port=port, log_level="warning")
