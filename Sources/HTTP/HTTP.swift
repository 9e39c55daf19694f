// HTTP/1.1 messages to and from bytes.
