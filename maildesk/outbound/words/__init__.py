"""What templates are filled with and turned into: values and their names, moments in words, HTML, and the proof of it all."""
