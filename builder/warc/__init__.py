"""WARC and WET files, plain or compressed by gzip, read so that damage costs what it touches and nothing else."""
