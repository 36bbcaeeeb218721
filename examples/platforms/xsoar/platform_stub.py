"""The little of Cortex XSOAR that an integration sees, for tests: runs the script of an integration once for each call.

Standard input has {"file", "params", "calls": [{"command", "args"}]}; a line of JSON comes out for each call. Written
from the documentation of the platform (CommandResults, BaseClient), without its code.
"""
import json
import sys
import urllib.error
import urllib.request

import yaml


class DemistoException(Exception):
    pass


class BaseClient:
    def __init__(self, base_url, verify=True, proxy=False, ok_codes=(), headers=None, auth=None):
        self.base_url, self.headers = base_url, headers or {}

    def _http_request(self, method, url_suffix="", json_data=None, timeout=60):
        body = None if json_data is None else json.dumps(json_data).encode()
        call = urllib.request.Request(self.base_url + url_suffix, body, {"Content-Type": "application/json", **self.headers}, method=method)
        try:
            with urllib.request.urlopen(call, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            raise DemistoException("Error in API call [%d] - %s\n%s" % (e.code, e.reason, e.read().decode()))


class CommandResults:
    def __init__(self, outputs_prefix=None, outputs_key_field=None, outputs=None, readable_output=None, raw_response=None):
        self.__dict__.update(outputs_prefix=outputs_prefix, outputs_key_field=outputs_key_field, outputs=outputs,
                             readable_output=readable_output)


class Demisto:
    def __init__(self, params, call):
        self._params, self._call = params, call

    def params(self):
        return self._params

    def command(self):
        return self._call["command"]

    def args(self):
        return self._call["args"]


def table(name, t, headers=None):
    headers = headers or list(t[0])
    lines = ["### " + name, "|" + "|".join(headers) + "|", "|" + "|".join("---" for _ in headers) + "|"]
    return "\n".join(lines + ["|" + "|".join(str(row.get(h)) for h in headers) + "|" for row in t])


def run(script, params, call):
    said = {}

    def return_results(results):
        results = results if isinstance(results, list) else [results]
        said["results"] = [r if isinstance(r, str) else vars(r) for r in results]

    def return_error(message):
        said["error"] = message

    exec(script, {
        "__name__": "__builtin__", "demisto": Demisto(params, call), "BaseClient": BaseClient, "CommandResults": CommandResults,
        "return_results": return_results, "return_error": return_error, "tableToMarkdown": table,
        "argToList": lambda arg: arg if isinstance(arg, list) else [a.strip() for a in arg.split(",")],
    })
    return said


if __name__ == "__main__":
    job = json.load(sys.stdin)
    with open(job["file"]) as f:
        integration = yaml.safe_load(f)
    for call in job["calls"]:
        print(json.dumps(run(compile(integration["script"]["script"], "integration", "exec"), job["params"], call)))
