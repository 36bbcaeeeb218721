"""Judges clicks through a child process. Standard library only.

    python3 client.py ./pipe < clicks.ndjson
"""
import json
import subprocess
import sys


class Pipe:
    """A running pipe: one answer for each row, in order. For one thread at a time."""

    def __init__(self, *command):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def judge(self, row):
        """Returns the verdict on a row, {"row", "error"} if it is none, {"row", "results"} if it holds several."""
        self.child.stdin.write(json.dumps(row).encode() + b"\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer:
            raise EOFError("the pipe ended with status %s" % self.child.wait())
        return json.loads(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()


if __name__ == "__main__":
    with Pipe(*sys.argv[1:]) as pipe:
        for line in sys.stdin:
            try:
                answer = pipe.judge(json.loads(line))
            except ValueError:
                print("not JSON")
                continue
            for one in answer.get("results", [answer]):
                if "error" in one:
                    print("row %d: %s" % (one["row"], one["error"]["message"]))
                else:
                    print(one["account"], one["class"], "; ".join(r["text"] for r in one["reasons"] if r["counted"]))
