"""Recall: does the compressed search of vectors find what comparing with every vector finds, and how fast?

    python benchmarks/recall.py [--vectors FILE.npy | --data DIRECTORY] [--count 1000000] [--rounds 5]

Real vectors are multiplied: a copy lies off its original by half the angle between a real vector and its nearest, in the
direction in which the two really differ, so that copies stay where texts are and crowd as they do when a collection
grows. The first table shows how near the nearest are to the questions among the real ones, a tenth of them, and these
multiplied by ten: compare the last two columns.

Without an option the sample collection is encoded, which has few texts: its figures say little. Questions are the given
JSONL file's, and real vectors that are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from bot.app import App
from bot.commands.demo import SAMPLE
from bot.config import load_settings
from corpus.cleaning import clean
from index.dense import DenseView

if TYPE_CHECKING:
    from collections.abc import Callable
    from numpy.typing import NDArray

PAIRS = 5000
BLOCK = 20_000
SHARE = 0.02
ASKED = 100
