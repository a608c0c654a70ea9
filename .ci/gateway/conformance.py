#!/usr/bin/env python3
# Puts a gateway of msc-sim in front of the reference server of connectrpc's
# conformance suite, and names the gateway's port to the suite:
#   connectconformance --mode server --conf conformance.yaml -- conformance.py ./msc-sim ./grpcserver
import json, os, signal, struct, subprocess, sys, tempfile


def varint(b, i):
    n = shift = 0
    while True:
        n |= (b[i] & 127) << shift
        shift += 7
        i += 1
        if b[i - 1] < 128:
            return n, i


sim, server = sys.argv[1], sys.argv[2:]
origin = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
origin.stdin.write(sys.stdin.buffer.read())
origin.stdin.close()
(size,) = struct.unpack(">I", origin.stdout.read(4))
said, i, port = origin.stdout.read(size), 0, 0
while i < len(said):  # ServerCompatResponse{host = 1, port = 2}
    tag, i = varint(said, i)
    n, i = varint(said, i)
    if tag & 7 == 2:
        i += n
    elif tag >> 3 == 2:
        port = n
home = tempfile.mkdtemp()
world = os.path.join(home, "world.yaml")
with open(world, "w") as f:
    f.write("""name: conformance
services:
  client: {kind: client}
  gateway: {kind: gateway, steps: [limits], routes: ["all path=/** to=origin"]}
  origin: {at: "grpc://127.0.0.1:%d"}
use_cases:
  get: {from: client, to: gateway, raw: {method: GET, path: /}}
""" % port)
gateway = subprocess.Popen([sim, "serve", world, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "MSC_SIM_HOME": home})
ready = json.loads(gateway.stdout.readline())
at = [e["addr"] for e in ready["endpoints"] if e["name"] == "gateway" and e["protocol"] == "http"][0]
host, port = b"127.0.0.1", int(at.split(":")[1])
answer = b"\x0a" + bytes([len(host)]) + host + b"\x10" + bytes([port & 127 | 128, port >> 7 & 127 | 128, port >> 14])
sys.stdout.buffer.write(struct.pack(">I", len(answer)) + answer)
sys.stdout.buffer.flush()


def end(*_):
    gateway.terminate()
    origin.terminate()
    gateway.wait()
    origin.wait()
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
gateway.wait()
