"""Compare words without regard to case and accents, and say which of a few languages a text is in."""

from maildesk.language.detect import detect
from maildesk.language.fold import fold, phrases

__all__ = ["detect", "fold", "phrases"]
