"""The command: `python -m benchmarks BENCHMARK`. Loads only what the asked benchmark needs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

USAGE = """\
usage: python -m benchmarks BENCHMARK [--data DIR] [options]

  evidence   turns of a conversation in, recall of the turns that answer a question (locomo)
  multihop   passages in, recall of the passages that a question needs together (musique, musique-openie,
             2wikimultihopqa, hotpotqa, and kinship, which is made up and needs no data)
  ablation   either of these with one part of graphmem's ranking off at a time
  stores     how fast the stores are at several sizes, beside the bare driver; needs no data
  openie     sentences in, precision and recall of the extracted triples (carb)
  updates    statements that change, correct, end and repeat earlier ones in, the share of cases after which the graph
             says what it should; made up, needs no data
  redocred   documents in, recall and precision of the pairs that their facts join (redocred)
  report     the results of all of them as tables and charts

Each has its own --help; benchmarks/README.md says what is measured and how.
"""


def main(argv: Sequence[str]) -> int:
    """Run one benchmark; 0 when it was measured, 2 when the arguments or the data cannot be used."""
    name, *rest = argv or [""]
    if name in ("evidence", "multihop"):
        from benchmarks.retrieval import main as retrieval

        return retrieval(name, rest)
    if name == "ablation":
        from benchmarks.ablation import main as ablation

        return ablation(rest)
    if name == "report":
        from benchmarks.pages.command import main as pages

        return pages(rest)
    if name == "openie":
        from benchmarks.openie import main as openie

        return openie(rest)
    if name == "updates":
        from benchmarks.updates.command import main as updates

        return updates(rest)
    if name == "redocred":
        from benchmarks.redocred.command import main as redocred

        return redocred(rest)
    if name == "stores":
        from benchmarks.stores.command import main as stores

        return stores(rest)
    asked_for_help = name in ("-h", "--help")
    print(USAGE, file=sys.stdout if asked_for_help else sys.stderr, end="")
    return 0 if asked_for_help else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
