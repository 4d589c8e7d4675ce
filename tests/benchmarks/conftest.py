"""The benchmarks are scripts beside the packages: this checkout's are found before any other's."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
if sys.path[0] != ROOT:
    sys.path.insert(0, ROOT)
