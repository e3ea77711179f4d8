#!/usr/bin/python3
"""Checks ONNX files with the real checker: `tools/check_onnx.py FILE_OR_FOLDER...`

Needs the package `onnx` (Debian: python3-onnx). Ends with 1 if a file is refused or none is found.
"""

import sys
from pathlib import Path

import onnx


def main(arguments: list[str]) -> int:
    if not arguments:
        print("usage: check_onnx.py FILE_OR_FOLDER...", file=sys.stderr)
        return 2
    files: list[Path] = []
    for path in map(Path, arguments):
        files += sorted(path.rglob("*.onnx")) if path.is_dir() else [path]
    refused = 0
    for file in files:
        try:
            onnx.checker.check_model(onnx.load(str(file)), full_check=True)
        except Exception as error:  # the checker and the parser raise many kinds
            print(f"{file}: {error}", file=sys.stderr)
            refused += 1
    print(f"{len(files) - refused} accepted, {refused} refused by onnx {onnx.__version__}")
    return 0 if files and refused == 0 else 1


sys.exit(main(sys.argv[1:]))
