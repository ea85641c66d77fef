"""Verifies an audit log of Taanu with its public key alone, and shares no line with Taanu.

    verify_log.py AUDIT_KEY_PUB export LOG_JSONL [EARLIER_NOTE...]
    verify_log.py AUDIT_KEY_PUB consistency PROOF EARLIER_NOTE

It needs Python's standard library alone. Sources: RFC 8032 section 5.1 (Ed25519), RFC 6962 section
2.1 (tree), RFC 9162 section 2.1.4.2 (consistency), C2SP signed-note and tlog-checkpoint, and
service/audit/log_export.h (the file). Exit status: 0 proved, 1 not."""
import base64, hashlib, json, sys
P = 2**255 - 19
L, D = 2**252 + 27742317777372353535851937790883648493, -121665 * pow(121666, P - 2, P) % P

def check(good, text):
    if not good:
        sys.exit(f"NOT PROVED: {text}")  # with a text, the exit status is 1

def read(path):
    return open(path, encoding="utf-8", newline="").read()

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# Ed25519, RFC 8032 section 5.1; points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)

def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result

def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)
BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signature_is_good(public, message, signature):
    a, r = decode_point(public), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    p, q = times(s, BASE), add(r, times(k, a))
    return all((p[i] * q[2] - q[i] * p[2]) % P == 0 for i in (0, 1))

def read_key(path):
    name, key_hash, data = read(path).strip().split("+", 2)
    data = base64.b64decode(data, validate=True)
    good = data[0] == 1 and len(data) == 33
    check(good and sha256(name.encode(), b"\n", data)[:4].hex() == key_hash, "malformed key")
    return name, bytes.fromhex(key_hash), data[1:]

def check_note(note, key, where):
    name, key_hash, public = key  # what it gives are size and root of a good checkpoint
    text, found, signatures = note.rpartition("\n\n")
    text += "\n"
    mine = [x.split(" ")[2] for x in signatures.splitlines() if x.startswith(f"\u2014 {name} ")]
    good = [x[4:] for x in (base64.b64decode(m, validate=True) for m in mine) if x[:4] == key_hash]
    good = found and good and all(signature_is_good(public, text.encode(), x) for x in good)
    check(good, f"{where}: the signature of {name} is wrong or missing")
    origin, size, root = text.splitlines()
    check(origin == name, f"{where}: the checkpoint is of another log")
    return int(size), base64.b64decode(root, validate=True)

class Tree:  # of leaves that come one after the other
    def __init__(self):
        self.size, self.subtrees = 0, []

    def add(self, leaf_hash):
        for _ in range((self.size ^ (self.size + 1)).bit_length() - 1):  # the subtrees it completes
            leaf_hash = sha256(b"\x01", self.subtrees.pop(), leaf_hash)
        self.subtrees.append(leaf_hash)
        self.size += 1

    def root(self):
        root = self.subtrees[-1] if self.subtrees else sha256()
        for left in self.subtrees[-2::-1]:
            root = sha256(b"\x01", left, root)
        return root

def check_export(path, key, earlier):
    tree, covered = Tree(), None
    with open(path, "rb") as lines:
        first = b'{"format":"taanu-log-export-v1","origin":"%s"}\n' % key[0].encode()
        check(next(lines, b"") == first, "line 1: not an export of the log of this key")
        for number, line in enumerate(lines, 2):
            if line.startswith(b'{"checkpoint":'):
                covered, root = check_note(json.loads(line)["checkpoint"], key, f"line {number}")
                check((covered, root) == (tree.size, tree.root()),
                      f"line {number}: the entries are not those of the checkpoint of {covered}")
            else:
                head, _, leaf = line.partition(b',"leaf":')
                leaf_hash = sha256(b"\x00", leaf[:-2])
                wanted = b'{"hash":"%s","index":%d' % (base64.b64encode(leaf_hash), tree.size)
                check(head == wanted and leaf[-2:] == b"}\n",
                      f"line {number}: entry {tree.size} was changed, or is not here")
                tree.add(leaf_hash)
            check(tree.size not in earlier or earlier[tree.size] == tree.root(),
                  f"the first {tree.size} entries are not those of the earlier checkpoint")
    good = covered == tree.size and max(earlier, default=0) <= tree.size
    check(good, f"no checkpoint covers the {tree.size} entries, or an earlier one covers more")
    print(f"PROVED: {tree.size} entries of {key[0]}")

def check_consistency(path, key, old_size, old_root):
    head, _, note = read(path).partition("\n\n")
    first, *hashes = head.splitlines()
    hashes = [base64.b64decode(text, validate=True) for text in hashes]
    size, root = check_note(note, key, path)
    check(first == f"old {old_size}" and 0 < old_size <= size, "the proof is for another log")
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    hashes = [old_root] * (old_size & (old_size - 1) == 0) + hashes
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if node & 1 or node == last:
            old, new = sha256(b"\x01", sibling, old), sha256(b"\x01", sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = sha256(b"\x01", new, sibling)
        node, last = node >> 1, last >> 1
    check((old, new, last) == (old_root, root, 0), "the log does not begin with the earlier one")
    print(f"PROVED: the log of {size} entries begins with the {old_size} of the earlier checkpoint")

try:
    check(len(sys.argv) > 3 and sys.argv[2] in ("export", "consistency"), __doc__)
    KEY = read_key(sys.argv[1])
    NOTES = dict(check_note(read(path), KEY, path) for path in sys.argv[4:])
    if sys.argv[2] == "consistency":
        check_consistency(sys.argv[3], KEY, *NOTES.popitem())
    else:
        check_export(sys.argv[3], KEY, NOTES)
except (ValueError, IndexError, KeyError, TypeError) as error:
    check(False, f"a file is malformed: {error!r}")
