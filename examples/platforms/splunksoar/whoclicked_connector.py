"""An app of Splunk SOAR: asks a connector of whoclicked. Needs nothing beside the platform."""
import json
import urllib.error
import urllib.request

import phantom.app as phantom
from phantom.action_result import ActionResult
from phantom.base_connector import BaseConnector


class WhoClickedConnector(BaseConnector):
    def initialize(self):
        config = self.get_config()
        self.base = config["base_url"].rstrip("/")
        self.headers = {"Content-Type": "application/json", "X-API-Key": config.get("api_key") or ""}
        return phantom.APP_SUCCESS

    def handle_action(self, param):
        action = {"test_connectivity": self.test, "classify_clicks": self.classify, "unwrap_url": self.unwrap}[self.get_action_identifier()]
        result = self.add_action_result(ActionResult(dict(param)))
        try:
            return result.set_status(phantom.APP_SUCCESS, action(param, result))
        except urllib.error.HTTPError as e:
            return result.set_status(phantom.APP_ERROR, "The connector answered %d: %s" % (e.code, detail(e)))
        except (OSError, ValueError) as e:
            return result.set_status(phantom.APP_ERROR, "The connector cannot be asked: %s" % e)

    def ask(self, path, body=None):
        call = urllib.request.Request(self.base + path, body and body.encode(), self.headers)
        with urllib.request.urlopen(call, timeout=100) as answer:
            return json.load(answer)

    def test(self, param, result):
        version = self.ask("/v1/version")
        self.save_progress("Rules %s, lists %s" % (version["rules"], version["lists"]))
        self.save_progress("Test Connectivity Passed")
        return "Test Connectivity Passed"

    def classify(self, param, result):
        answer = self.ask("/v1/batch", param["clicks"])
        for verdict in answer["verdicts"]:
            result.add_data(verdict)
        result.update_summary(answer["summary"])
        return answer["answer"]

    def unwrap(self, param, result):
        found = self.ask("/v1/safelinks", json.dumps({"urls": [param["url"]]}))["results"][0]
        result.add_data(found)
        return "The original link is %s" % found["target"] if found["wrapped"] else "Nobody wrapped the link"


def detail(error):
    try:
        return json.load(error).get("detail") or error.reason
    except ValueError:
        return error.reason
