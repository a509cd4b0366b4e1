"""What `bin/demo` adds to the site from outside: a bar on every page, evenings that start at once, short waits."""
