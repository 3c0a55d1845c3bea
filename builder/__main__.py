"""`python -m builder` is `vinews`."""

from builder.cli import main

if __name__ == '__main__':
    main()
