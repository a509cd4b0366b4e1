"""Work out a lottery's order again from what its page publishes: python recompute_draw.py draw.json"""

import hashlib
import hmac
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    draw = json.load(file)
seed = bytes.fromhex(draw["seed"])
assert hashlib.sha256(seed).hexdigest() == draw["seed_hash"], "not the seed that was promised"
tickets = sorted((one["ticket"], one["lots"]) for one in draw["tickets"])
digest = hashlib.sha256("".join(f"{code} {lots}\n" for code, lots in tickets).encode()).digest()
assert digest.hex() == draw["list_digest"], "not the list that was drawn from"
key = hashlib.sha256(seed + digest).digest()
smallest = {
    code: min(hmac.digest(key, f"{code}/{n}".encode(), "sha256") for n in range(1, lots + 1)) for code, lots in tickets
}
for code in sorted(smallest, key=smallest.get):
    print(code)
