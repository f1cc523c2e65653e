print("é".encode()); import sys; print(sys.stdout.encoding, sys.getfilesystemencoding())
