"""One suite that every store passes: the promises of `GraphStore`, `ChangeSet` and the queries, each as a test."""

from __future__ import annotations

from graphmem.testing.cascades import CascadeContract
from graphmem.testing.commits import CommitContract
from graphmem.testing.ingests import IngestContract
from graphmem.testing.inquiries import InquiryContract
from graphmem.testing.pages import PageContract
from graphmem.testing.portions import PortionContract
from graphmem.testing.probes import ProbeContract
from graphmem.testing.redatings import RedatingContract
from graphmem.testing.reembedding import ReembeddingContract
from graphmem.testing.sameness import SamenessContract
from graphmem.testing.seeding import SeedContract
from graphmem.testing.tellings import TellingContract
from graphmem.testing.views import ViewContract
from graphmem.testing.walks import WalkContract


class GraphStoreContract(
    CommitContract,
    CascadeContract,
    ViewContract,
    ProbeContract,
    WalkContract,
    SeedContract,
    TellingContract,
    InquiryContract,
    PageContract,
    PortionContract,
    IngestContract,
    RedatingContract,
    SamenessContract,
    ReembeddingContract,
):
    """Derive from it, override `make_store`, and let pytest collect the class::

        class TestMyStore(GraphStoreContract):
            async def make_store(self) -> GraphStore:
                store = MyStore(dimension=self.dimension)
                await store.open()
                return store

    The vectors are made of numbers: no model is needed.
    """
