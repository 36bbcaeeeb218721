"""The little of Splunk SOAR that an app sees, for tests: runs one action after the other.

Standard input has {"config", "calls": [{"identifier", "param"}]}; a line of JSON comes out for each. Written from the
documentation of the platform (BaseConnector, ActionResult), without its code.
"""
import json
import sys
import types


class ActionResult:
    def __init__(self, param):
        self.param, self.data, self.summary, self.status, self.message = param, [], {}, None, ""

    def add_data(self, item):
        self.data.append(item)

    def update_summary(self, summary):
        self.summary.update(summary)
        return self.summary

    def set_status(self, status, message=""):
        self.status, self.message = status, message
        return status


class BaseConnector:
    def __init__(self, config, identifier):
        self._config, self._identifier, self._results, self._progress = config, identifier, [], []

    def get_config(self):
        return self._config

    def get_action_identifier(self):
        return self._identifier

    def add_action_result(self, result):
        self._results.append(result)
        return result

    def save_progress(self, text):
        self._progress.append(text)


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(members)


module("phantom")
module("phantom.app", APP_SUCCESS=True, APP_ERROR=False)
module("phantom.action_result", ActionResult=ActionResult)
module("phantom.base_connector", BaseConnector=BaseConnector)
sys.modules["phantom"].app = sys.modules["phantom.app"]

from whoclicked_connector import WhoClickedConnector  # noqa: E402

if __name__ == "__main__":
    job = json.load(sys.stdin)
    for call in job["calls"]:
        app = WhoClickedConnector(job["config"], call["identifier"])
        app.initialize()
        app.handle_action(call["param"])
        result = app._results[0]
        print(json.dumps({"status": result.status, "message": result.message, "data": result.data, "summary": result.summary,
                          "progress": app._progress}))
