"""Earmark from Python, with nothing but Python's own library (3.9 or newer).

python3 earmark_example.py              registers a batch, places an order, and follows the events up to it
python3 earmark_example.py receive 8080 takes the calls of a webhook; WEBHOOK_SECRET is what POST /v1/webhooks has shown

EARMARK_URL (http://127.0.0.1:3000) and EARMARK_KEY say where the service is, and with which key to call it.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

URL = os.environ.get("EARMARK_URL", "http://127.0.0.1:3000").rstrip("/")
KEY = os.environ.get("EARMARK_KEY")
MOST_ATTEMPTS = 6
LOST = (urllib.error.URLError, http.client.HTTPException, OSError)


class Problem(Exception):
    """The service has refused a call: `code` says what for, and `facts` is the whole document."""

    def __init__(self, error):
        try:
            self.facts = json.loads(error.read())
            self.code = self.facts["type"].removeprefix("urn:earmark:problem:")
        except (ValueError, KeyError, TypeError, AttributeError):
            self.facts, self.code = {}, None  # Not the service: a proxy, for example.
        super().__init__(self.facts.get("detail", f"It was answered with {error.code}."))
        self.status = error.code
        self.retry_after = int(error.headers.get("Retry-After") or 0)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key goes nowhere else."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirects)


def send(method, path, body=None, headers=None, timeout=20):
    """One attempt. Raises Problem if it is refused, and one of LOST if there is no answer."""
    request = urllib.request.Request(URL + path, method=method, headers=headers or {})
    if KEY:
        request.add_header("Authorization", f"Bearer {KEY}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        return opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        raise Problem(error) from None


def call(method, path, body=None):
    """The answer. The caller names what it writes, so a call that got no answer can be made again."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        wait = 0.2 * 2**attempt
        try:
            with send(method, path, body) as response:
                return json.loads(response.read() or "null")
        except Problem as problem:
            if problem.status not in (429, 502, 503, 504) or attempt == MOST_ATTEMPTS:
                raise
            wait = max(problem.retry_after, wait)
        except LOST:
            if attempt == MOST_ATTEMPTS:
                raise
        time.sleep(wait * random.uniform(1, 1.25))


def follow(after):
    """The events after a position as they happen, each once and in order, over lost connections."""
    wait = 1
    while True:
        try:
            headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
            # The service sends something every 15 s: after 45 s without, the connection is dead.
            with send("GET", "/v1/events", headers=headers, timeout=45) as stream:
                data = None
                for line in stream:
                    name, _, value = line.decode().rstrip("\r\n").partition(": ")
                    if name == "data":
                        data = value
                    elif name == "" and data is not None:
                        event, data, wait = json.loads(data), None, 1
                        yield event
                        after = event["position"]  # Only now: one that its reader fails at is not passed over.
        except Problem as problem:
            if problem.status < 500 and problem.status != 429:
                raise  # 410: events after that position are no longer kept.
            wait = max(problem.retry_after, wait)
        except LOST:
            pass
        time.sleep(wait * random.uniform(1, 1.25))
        wait = min(wait * 2, 30)


def verify_webhook(secret, headers, body, tolerance=300):
    """The event in a call of a webhook (Standard Webhooks). Raises ValueError if it is not from the service, or is old."""
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > tolerance:
        raise ValueError("The call is too old, or has no time.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    signatures = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(each.encode(), expected.encode()) for each in signatures):
        raise ValueError("No signature of the call was made with this secret.")
    return json.loads(body)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            event = verify_webhook(os.environ["WEBHOOK_SECRET"], self.headers, body)
            # The same id at every attempt: if you have handled it already, do nothing.
            print(f"received {event['type']} of {event['key']}", flush=True)
            self.send_response(204)
        except ValueError as error:
            print(f"refused: {error}", flush=True)
            self.send_response(400)
        self.end_headers()

    def log_message(self, *_):
        pass


def place_order(order_id, sku):
    call("POST", "/v1/batches", {"reference": f"PO-{order_id}", "sku": sku, "quantity": 10})
    path = f"/v1/orders/{quote(order_id, safe='')}"
    try:
        call("PUT", path, {"lines": [{"sku": sku, "quantity": 20}]})
    except Problem as problem:
        if problem.code != "out-of-stock":
            raise
        print(f"there are {problem.facts['lines'][0]['available']} at most")
    order = call("PUT", path, {"lines": [{"sku": sku, "quantity": 3}]})
    print(f"{order['orderId']} is {order['state']} from {order['lines'][0]['claims'][0]['batchReference']}")
    for event in follow(0):
        if event["type"] == "LineAllocated" and event["data"]["orderId"] == order_id:
            print(f"event: {event['data']['quantity']} {event['data']['sku']} for {order_id}")
            return


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive"]:
        with HTTPServer(("127.0.0.1", int(sys.argv[2])), Receiver) as server:
            print("listening", flush=True)
            server.serve_forever()
    place_order("order-8", "SMALL-LAMP")
