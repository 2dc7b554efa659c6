"""Reading a text: `classify`."""

from delivery.replies.classifier.classify import NO_WORDS, REACTION, Verdict, classify

__all__ = ["NO_WORDS", "REACTION", "Verdict", "classify"]
