# Requests with odd framing, sent byte for byte to a proxy: framing.py PORT NAME
import json, os, re, socket, sys

REFUSALS = {b"400", b"405", b"408", b"411", b"413", b"414", b"417", b"431", b"501", b"505"}
port, name = int(sys.argv[1]), sys.argv[2]
cases = json.load(open(os.path.join(os.path.dirname(__file__), "framing-abuse.json")))["cases"]


def send(raw):
    """Sends bytes and reads until the proxy closes, or says nothing for a while."""
    s = socket.create_connection(("127.0.0.1", port), 5)
    s.sendall(raw.encode("latin-1"))
    got, closed = b"", False
    try:
        while len(got) < 20000:
            s.settimeout(0.3 if got else 3)  # a first answer may take long on a busy machine
            more = s.recv(65536)
            if not more:
                closed = True
                break
            got += more
    except socket.timeout:
        pass
    except ConnectionError:
        closed = True
    s.close()
    return got, closed


unexpected = []
for case in cases:
    got, closed = send(case["raw"])
    answers = re.findall(rb"(?m)^HTTP/1\.[01] (\d{3}) ", got)
    seen = len(re.findall(rb'^\{"method":', got, re.M))  # requests that the backend saw
    kinds = set()
    if not answers and closed or len(answers) == 1 and answers[0] in REFUSALS and seen == 0:
        kinds.add("reject")
    if len(answers) == 1 and answers[0].startswith(b"2") and seen <= 1:
        kinds.add("ok")
        if closed:
            kinds.add("close")
    if not kinds & set(case["want"]):
        unexpected.append("%s: %s, closed %s, %d reached the backend" % (case["name"], b" ".join(answers).decode() or "silence", closed, seen))
for line in unexpected:
    print("  unexpected:", line)
print("framing  %-8s %d unexpected of %d" % (name, len(unexpected), len(cases)))
sys.exit(name == "msc-sim" and bool(unexpected))
