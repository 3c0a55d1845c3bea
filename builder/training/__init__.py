"""How the shipped models are made: articles, pages composed from them with known truth, and the training itself."""
