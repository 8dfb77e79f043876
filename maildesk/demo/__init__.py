"""The first five minutes: a whole desk on this machine, with a page that shows everybody's mail."""
