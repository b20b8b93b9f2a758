"""A run that hangs in its second report, for a test that kills it. Takes the folder to work in."""

import sys
from pathlib import Path

HANG = """
if school == "ZZ0200":
    import pathlib, time
    pathlib.Path("begonnen").touch()
    time.sleep(600)
"""

if __name__ == "__main__":
    import making

    from kansen_lib.reports.build import build

    root = Path(sys.argv[1])
    build(making.make_plan(root, HANG), root / "uit", workers=1)
