"""JSON over HTTP: parse, authorise, call an action, answer; errors are RFC 9457 problems."""
