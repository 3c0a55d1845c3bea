"""`vinews check`: is a release what its manifest, card and schemas say, and can a stranger load it?"""
