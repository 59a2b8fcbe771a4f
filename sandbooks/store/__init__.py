"""Tables of JSON documents with unique keys, indexes, transactions, and forks and snapshots that cost nothing.

The only importer of TinyDB; knows neither HTTP nor vendors.
"""

from tinydb import where

from sandbooks.store.database import Store
from sandbooks.store.documents import Document
from sandbooks.store.refit import Refitted, refit_store, sharing
from sandbooks.store.schema import TableSchema
from sandbooks.store.storage import HIDDEN_MARK, Change, Savepoint, Snapshot, Transaction
from sandbooks.store.table import Page, Table

__all__ = [
    "HIDDEN_MARK",
    "Change",
    "Document",
    "Page",
    "Refitted",
    "Savepoint",
    "Snapshot",
    "Store",
    "Table",
    "TableSchema",
    "Transaction",
    "refit_store",
    "sharing",
    "where",
]
