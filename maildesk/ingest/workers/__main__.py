"""Be a parse worker; started by the pool, not by people."""

from maildesk.ingest.workers.child import serve

serve()
