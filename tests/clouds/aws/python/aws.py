"""What others have written of AWS: CloudWatch Logs by moto on a free port of loopback, and botocore's own models as the judge of
requests. First line out: the address. Then a JSON line in, {service, operation, body}, and one out: what is wrong with it, or null.
Ends with its standard input."""

import json
import logging
import sys

import botocore.session
from botocore.validate import ParamValidator
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)

session = botocore.session.get_session()
models = {name: session.get_service_model(name) for name in ("ecs", "logs")}
validator = ParamValidator()

for line in sys.stdin:
    asked = json.loads(line)
    model = models[asked["service"]]
    if asked["operation"] not in model.operation_names:
        wrong = "there is no operation " + asked["operation"]
    else:
        shape = model.operation_model(asked["operation"]).input_shape
        wrong = validator.validate(asked["body"], shape).generate_report() or None
    print(json.dumps(wrong), flush=True)
