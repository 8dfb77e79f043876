"""Parse mails in processes of their own, so that no mail can take the desk's memory, time or life.

`pool` is the desk's side, `child` the worker's; they speak `frames`. `python -m maildesk.ingest.workers` is a worker.
"""

from maildesk.ingest.workers.lanes import LARGE
from maildesk.ingest.workers.pool import PARSE_WORKERS, ParsePool
from maildesk.ingest.workers.process import NoWorker, ParseFailed

__all__ = ["LARGE", "PARSE_WORKERS", "NoWorker", "ParseFailed", "ParsePool"]
