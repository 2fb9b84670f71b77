"""A server on loopback that says it is PostgreSQL, to hear what it is told."""

import contextlib
import socket
import threading


class Curious:
    """A server that says it is PostgreSQL and asks whoever comes for a password."""

    def __enter__(self):
        self.heard = b""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.listening.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                near.settimeout(5)
                with near, contextlib.suppress(OSError):
                    self.ask(near)

    def ask(self, near):
        said = near.recv(4096)
        while said[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
            # It has neither encryption.
            near.sendall(b"N")
            said = near.recv(4096)
        self.heard += said
        near.sendall(b"R\0\0\0\x08\0\0\0\x03")
        self.heard += near.recv(4096)
