"""The models: their cards, where their weights are, and the loaded ones that everybody shares."""

from audiosvc.catalog.cards import Card, WeightFile
from audiosvc.catalog.catalog import Catalog, shared
from audiosvc.catalog.importer import import_by_name
from audiosvc.catalog.weights import FileCheck, State

__all__ = ["Card", "Catalog", "FileCheck", "State", "WeightFile", "import_by_name", "shared"]
