"""What an analyst's query may be made of. Everything here is listed because it only reads; what is not listed is refused."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLAUSES: Final = _words("MATCH OPTIONAL WITH RETURN UNWIND CALL FILTER LET")
"""The words that begin a clause. OPTIONAL stands before MATCH or CALL."""

BOUNDARIES: Final = CLAUSES | _words(
    """UNION CREATE MERGE SET DELETE DETACH NODETACH REMOVE FOREACH INSERT LOAD USE USING NEXT FINISH SHOW TERMINATE
    PROFILE EXPLAIN CYPHER DROP ALTER GRANT DENY REVOKE"""
)
"""The words at which a clause ends, where they are not a name."""

OPERATORS: Final = _words(
    """AllNodesScan Anti AntiConditionalApply AntiSemiApply Apply Argument AssertSameNode AssertSameRelationship
    BidirectionalRepeat CacheProperties CartesianProduct ConditionalApply DirectedAllRelationshipsScan
    DirectedRelationshipByElementIdSeek DirectedRelationshipByIdSeek DirectedRelationshipFulltextIndexSearch
    DirectedRelationshipIndexContainsScan DirectedRelationshipIndexEndsWithScan DirectedRelationshipIndexScan
    DirectedRelationshipIndexSeek DirectedRelationshipIndexSeekByRange DirectedRelationshipTypeScan
    DirectedRelationshipUniqueIndexSeek DirectedRelationshipUniqueIndexSeekByRange DirectedRelationshipVectorIndexSearch
    DirectedUnionRelationshipTypesScan Distinct Eager EagerAggregation ExhaustiveLimit Expand Filter
    IntersectionNodeByLabelsScan LetAntiSemiApply LetSelectOrAntiSemiApply LetSelectOrSemiApply LetSemiApply Limit
    MultiNodeIndexSeek NodeByElementIdSeek NodeByIdSeek NodeByLabelScan NodeCountFromCountStore NodeFulltextIndexSearch
    NodeHashJoin NodeIndexContainsScan NodeIndexEndsWithScan NodeIndexScan NodeIndexSeek NodeIndexSeekByRange
    NodeLeftOuterHashJoin NodeRightOuterHashJoin NodeUniqueIndexSeek NodeUniqueIndexSeekByRange NodeVectorIndexSearch
    Optional OptionalExpand OrderedAggregation OrderedDistinct OrderedUnion PartialSort PartialTop PartitionedAllNodesScan
    PartitionedDirectedAllRelationshipsScan PartitionedDirectedRelationshipIndexScan
    PartitionedDirectedRelationshipIndexSeek PartitionedDirectedRelationshipIndexSeekByRange
    PartitionedDirectedRelationshipTypeScan PartitionedDirectedUnionRelationshipTypesScan
    PartitionedIntersectionNodeByLabelsScan PartitionedNodeByLabelScan PartitionedNodeIndexScan PartitionedNodeIndexSeek
    PartitionedNodeIndexSeekByRange PartitionedSubtractionNodeByLabelsScan PartitionedUndirectedAllRelationshipsScan
    PartitionedUndirectedRelationshipIndexScan PartitionedUndirectedRelationshipIndexSeek
    PartitionedUndirectedRelationshipIndexSeekByRange PartitionedUndirectedRelationshipTypeScan
    PartitionedUndirectedUnionRelationshipTypesScan PartitionedUnionNodeByLabelsScan PartitionedUnwind PathPropagatingBFS
    PreserveOrder ProcedureCall ProduceResults ProjectEndpoints Projection RelationshipCountFromCountStore
    RemoteBatchProperties RemoteBatchPropertiesWithFilter Repeat RollUpApply SelectOrAntiSemiApply SelectOrSemiApply
    SemiApply ShortestPath Skip Sort StatefulShortestPath SubtractionNodeByLabelsScan Top TriadicBuild TriadicFilter
    TriadicSelection UndirectedAllRelationshipsScan UndirectedRelationshipByElementIdSeek UndirectedRelationshipByIdSeek
    UndirectedRelationshipFulltextIndexSearch UndirectedRelationshipIndexContainsScan
    UndirectedRelationshipIndexEndsWithScan UndirectedRelationshipIndexScan UndirectedRelationshipIndexSeek
    UndirectedRelationshipIndexSeekByRange UndirectedRelationshipTypeScan UndirectedRelationshipUniqueIndexSeek
    UndirectedRelationshipUniqueIndexSeekByRange UndirectedRelationshipVectorIndexSearch
    UndirectedUnionRelationshipTypesScan Union UnionNodeByLabelsScan Unwind ValueHashJoin ValueMergeJoin VarLengthExpand"""
)
"""Plan operators that only read the graph, of 5.26 and of 2026.x. What stands in brackets after a name, as in
``Expand(All)``, is a variant of it."""

PROCEDURES: Final = {
    "db.labels": 0,
    "db.relationshiptypes": 0,
    "db.propertykeys": 0,
    "db.schema.visualization": 0,
    "db.schema.nodetypeproperties": 0,
    "db.schema.reltypeproperties": 0,
    "db.index.fulltext.querynodes": 2,
    "db.index.fulltext.queryrelationships": 2,
    "db.index.vector.querynodes": 3,
    "db.index.vector.queryrelationships": 3,
}
"""Procedures that only read, in lower case, and how many arguments they take here."""

PLAIN_FUNCTIONS: Final = _words(
    """abs acos asin atan atan2 avg ceil char_length character_length cos cot count date date.realtime date.statement
    date.transaction date.truncate datetime datetime.fromepoch datetime.fromepochmillis datetime.realtime
    datetime.statement datetime.transaction datetime.truncate degrees duration duration.between duration.indays
    duration.inmonths duration.inseconds e elementid endnode exists exp floor haversin id isempty isnan length
    localdatetime localdatetime.realtime localdatetime.statement localdatetime.transaction localdatetime.truncate
    localtime localtime.realtime localtime.statement localtime.transaction localtime.truncate log log10 percentilecont
    percentiledisc pi point point.distance point.withinbbox radians rand randomuuid round sign sin size sqrt startnode
    stdev stdevp sum tan time time.realtime time.statement time.transaction time.truncate timestamp toboolean
    tobooleanornull tofloat tofloatornull tointeger tointegerornull type valuetype vector.similarity.cosine
    vector.similarity.euclidean"""
)
"""Functions whose result is one small value whatever they are given."""

PASSING_FUNCTIONS: Final = _words(
    """btrim coalesce left lower ltrim max min normalize nullif properties reverse right rtrim substring tail
    tobooleanlist tofloatlist tointegerlist tolower tostring tostringlist tostringornull toupper trim upper"""
)
"""Functions whose result is no larger than what they are given."""

SMALL_LISTS: Final = _words("keys labels nodes relationships")
"""Functions that list the parts of one thing."""

SHAPING_FUNCTIONS: Final = _words(
    "all allshortestpaths any collect head last none range reduce replace shortestpath single split"
)
"""Functions whose arguments decide how large their result is."""

FUNCTIONS: Final = PLAIN_FUNCTIONS | PASSING_FUNCTIONS | SMALL_LISTS | SHAPING_FUNCTIONS

CHEAP_FUNCTIONS: Final = _words("size length isempty head last count type id elementid startnode endnode labels keys")
"""Functions that do not look at every element of a list."""

EXPRESSION_WORDS: Final = _words(
    """ALL AND ASC ASCENDING BOTH BY CASE CONTAINS DESC DESCENDING DISTINCT ELSE END ENDS FALSE FIRST FROM IN INF INFINITY IS
    LAST LEADING NAN NFC NFD NFKC NFKD NORMALIZED NOT NULL NULLS OR STARTS THEN TRAILING TRUE WHEN WITH XOR"""
)
"""Words inside an expression that are no names. After any of them a bracket opens a part of the expression, no call."""

RESERVED: Final = BOUNDARIES | _words(
    """AND AS CASE CONTAINS DISTINCT ELSE END ENDS FALSE IN IS NOT NULL OR SEARCH STARTS THEN TRUE WHEN WHERE WITH XOR"""
)
"""Words that name nothing here unless they stand in backticks: where one is a name, what follows would read in two ways."""

COMPARING: Final = _words("AND CONTAINS ENDS IN IS NOT OR STARTS XOR")
"""Words that make an expression a yes or no."""
