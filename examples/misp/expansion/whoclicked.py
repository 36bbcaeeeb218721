"""Says what is behind a rewritten link, and whether an address is a published one of Microsoft, through a connector."""
import json
import urllib.error
import urllib.request

misperrors = {"error": "Error"}
mispattributes = {"input": ["url", "link", "ip-src", "ip-dst"], "output": ["url", "text"]}
moduleconfig = ["url", "apikey"]
moduleinfo = {"version": "1.0", "author": "whoclicked", "module-type": ["expansion", "hover"], "name": "WhoClicked", "logo": "",
              "description": "Original of a rewritten link; service of an address.", "requirements": ["A running connector of whoclicked."],
              "features": "", "references": ["https://github.com/whoclicked/whoclicked"], "input": "A link or an address.",
              "output": "The original link, or the service."}


def ask(config, path, body):
    call = urllib.request.Request((config.get("url") or "http://127.0.0.1:8700").rstrip("/") + path, json.dumps(body).encode(),
                                  {"Content-Type": "application/json", "X-API-Key": config.get("apikey") or ""})
    with urllib.request.urlopen(call, timeout=4) as answer:  # MISP gives a hover 5 s
        return json.load(answer)["results"][0]


def handler(q=False):
    request, link, address = json.loads(q or "{}"), None, None
    for kind in mispattributes["input"]:
        if request.get(kind):
            link, address = (None, request[kind]) if kind.startswith("ip") else (request[kind], None)
    if not link and not address:
        return {"error": "WhoClicked: no link and no address"}
    try:
        if link:
            found = ask(request.get("config") or {}, "/v1/safelinks", {"urls": [link]})
            return {"results": [{"types": ["url"], "values": [found["target"]]}] if found["wrapped"] and found["target"] else []}
        found = ask(request.get("config") or {}, "/v1/ranges", {"addresses": [address]})
        return {"results": [{"types": ["text"], "values": ["published address: %s" % found["service"]]}] if found["match"] else []}
    except urllib.error.HTTPError as e:
        return {"error": "WhoClicked: the connector answered %d" % e.code}
    except (OSError, ValueError, KeyError, IndexError):
        return {"error": "WhoClicked: the connector does not answer"}


def introspection():
    return mispattributes


def version():
    return dict(moduleinfo, config=moduleconfig)
