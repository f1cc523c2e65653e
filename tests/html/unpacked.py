"""Documents back from what `pack.py` made of them."""

import json
import re
import zlib
from pathlib import Path
from typing import Any


def unpack(packed: str) -> Any:
    """What `data.js` does."""
    low = [ord(one) & 0x7F for one in packed[1:]]
    count = len(low) // 8
    high = low[7 * count :]
    raw = bytes(
        low[part * count + at] | (high[at] >> part & 1) << 7
        for part in range(7)
        for at in range(count)
    )
    return json.loads(zlib.decompress(raw[: len(raw) - int(packed[0])], -zlib.MAX_WBITS))


def read_document(path: Path) -> Any:
    """The document of a data file, which is one call and hands over its own name."""
    name = re.escape(path.stem)
    script = path.read_bytes().decode()
    packed = re.fullmatch(rf'bytecov\.receive\("{name}","([^"]+)"\)\n', script)
    assert packed is not None, script[:80]
    return unpack(packed[1])
