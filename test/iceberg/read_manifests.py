"""Prints, as one JSON line, every live manifest entry of ns.t as PyIceberg reads it: `read_manifests.py CATALOG_DB`."""
import json
import sys

from pyiceberg.catalog.sql import SqlCatalog


def text(value):
    return value.hex() if isinstance(value, (bytes, bytearray)) else None if value is None else str(value)


def counts(values):
    return None if values is None else {str(key): text(value) for key, value in dict(values).items()}


table = SqlCatalog("c", uri="sqlite:///" + sys.argv[1]).load_table("ns.t")
entries = []
for manifest in table.current_snapshot().manifests(table.io):
    for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
        file = entry.data_file
        entries.append(
            {
                "path": file.file_path,
                "format": file.file_format.value,
                "content": int(file.content),
                "partition": [text(file.partition[i]) for i in range(len(file.partition))],
                "records": file.record_count,
                "bytes": file.file_size_in_bytes,
                "nan": counts(file.nan_value_counts),
                "lower": counts(file.lower_bounds),
                "splits": file.split_offsets,
                "sequence": entry.sequence_number,
                "snapshot": str(entry.snapshot_id),
            }
        )
print(json.dumps({"entries": entries, "summary": table.current_snapshot().summary.model_dump()}))
