"""Reads scripts back: standard input holds a JSON list of texts, standard output gets what Python makes of each."""

import ast
import json
import sys


def read(text):
    try:
        tree = ast.parse(text)
        compile(text, "script.py", "exec")
    except (SyntaxError, ValueError) as error:
        return {"problem": str(error), "values": {}}
    values = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("PLAN", "FLOW"):
                values[target.id] = ast.literal_eval(node.value)
    return {"problem": None, "values": values}


sys.setrecursionlimit(20_000)
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
