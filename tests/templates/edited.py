"""Whether scripts of Locust take themselves for edited: standard input holds a JSON list of their texts.

Called with the folder `templates/locust/instrument`.
"""

import ast
import json
import sys
import types

sys.dont_write_bytecode = True
package = types.ModuleType("instrument")
package.__path__ = [sys.argv[1]]
sys.modules["instrument"] = package

from instrument.edited import is_edited  # noqa: E402


def blocks(text):
    assigned = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in assigned}


def asked(text):
    values = blocks(text)
    return is_edited(values["PLAN"], values["FLOW"], values["MADE"])


json.dump([asked(text) for text in json.load(sys.stdin)], sys.stdout)
