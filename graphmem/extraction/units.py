"""What money and weights are counted in, in one list for all who ask: quantities, pay, and the pairs that are read by likeness."""

from __future__ import annotations

from graphmem.extraction.lexicon import words

CURRENCIES = words("usd eur gbp dkk nok sek chf jpy")
COINS = words("euro euros dollar dollars crowns kroner kronor francs yen rupees bucks")
"""Money by its name; "pounds" is a weight, too."""
MONEY = CURRENCIES | COINS | {"pounds"}
WEIGHTS = words("kilo kilos kg kilogram kilograms lbs pounds stone")
