"""Ed25519 signatures (RFC 8032), made and checked by the OpenSSL that Python's own ssl module has loaded.

Knows: OpenSSL's EVP interface (EVP_DigestSign(3), the same since 1.1.1). Touches nothing.
Must not: read a file or know what is signed. The package cryptography does the same with 6.6 MB of the daemon's memory
(measured.md); it stands in where Python was built without a libcrypto of its own that can be reached.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_void_p, create_string_buffer
from functools import cache
from typing import Protocol

KEY_BYTES = 32
SIGNATURE_BYTES = 64
NID_ED25519 = 1087
"""OpenSSL's number of the algorithm (obj_mac.h)."""
GOOD = 1
"""What these functions return when all is well; a wrong signature gives 0, everything else a negative number."""

KNOWN_PRIVATE = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
KNOWN_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""RFC 8032, 7.1, TEST 1."""


class Ed25519(Protocol):
    """What can be done with keys of 32 bytes."""

    def public_of(self, private: bytes) -> bytes:
        """The public half. Raises ValueError for what is no key."""
        ...

    def sign(self, private: bytes, message: bytes) -> bytes:
        """64 bytes. Raises ValueError for what is no key."""
        ...

    def is_signed(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether the key's owner signed exactly the message; False for whatever is no key or no signature."""
        ...


@cache
def ed25519() -> Ed25519:
    """Loaded at the first use: the first picture does not wait for it."""
    try:
        made = OpenSslEd25519(_load())
        if (
            made.public_of(KNOWN_PRIVATE) == KNOWN_PUBLIC
        ):  # one that may not, or cannot: FIPS, other libraries by this name
            return made
    except (ImportError, OSError, AttributeError, ValueError):
        pass
    return PackagedEd25519()


def _load() -> ctypes.CDLL:
    """The libcrypto beneath Python's ssl module, by that module's own file: whatever its version and place are.

    Raises ImportError, OSError or AttributeError where there is none, or one without a function that is needed.
    """
    import _ssl

    library = ctypes.CDLL(_ssl.__file__)
    key, context, text, size = c_void_p, c_void_p, c_char_p, c_size_t
    for name, result, arguments in (
        ("EVP_PKEY_new_raw_private_key", key, (c_int, c_void_p, text, size)),
        ("EVP_PKEY_new_raw_public_key", key, (c_int, c_void_p, text, size)),
        ("EVP_PKEY_get_raw_public_key", c_int, (key, text, POINTER(size))),
        ("EVP_PKEY_free", None, (key,)),
        ("EVP_MD_CTX_new", context, ()),
        ("EVP_MD_CTX_free", None, (context,)),
        ("EVP_DigestSignInit", c_int, (context, c_void_p, c_void_p, c_void_p, key)),
        ("EVP_DigestSign", c_int, (context, text, POINTER(size), text, size)),
        ("EVP_DigestVerifyInit", c_int, (context, c_void_p, c_void_p, c_void_p, key)),
        ("EVP_DigestVerify", c_int, (context, text, size, text, size)),
        ("ERR_clear_error", None, ()),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class OpenSslEd25519:
    """library: with its functions' types set (`_load`)."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def public_of(self, private: bytes) -> bytes:
        with _Key(self._library, self._library.EVP_PKEY_new_raw_private_key, private) as key:
            public, size = create_string_buffer(KEY_BYTES), c_size_t(KEY_BYTES)
            done = self._library.EVP_PKEY_get_raw_public_key(key.pointer, public, byref(size))
            return key.checked(done, public.raw[: size.value], KEY_BYTES)

    def sign(self, private: bytes, message: bytes) -> bytes:
        with _Key(self._library, self._library.EVP_PKEY_new_raw_private_key, private) as key:
            signature, size = create_string_buffer(SIGNATURE_BYTES), c_size_t(SIGNATURE_BYTES)
            done = self._library.EVP_DigestSignInit(key.context, None, None, None, key.pointer)
            if done == GOOD:
                done = self._library.EVP_DigestSign(key.context, signature, byref(size), message, len(message))
            return key.checked(done, signature.raw[: size.value], SIGNATURE_BYTES)

    def is_signed(self, public: bytes, signature: bytes, message: bytes) -> bool:
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            with _Key(self._library, self._library.EVP_PKEY_new_raw_public_key, public) as key:
                if self._library.EVP_DigestVerifyInit(key.context, None, None, None, key.pointer) != GOOD:
                    return False
                done: int = self._library.EVP_DigestVerify(
                    key.context, signature, len(signature), message, len(message)
                )
                return done == GOOD
        except ValueError:
            return False


class _Key:
    """A key and a context of OpenSSL's, freed in the end; so are the errors of this thread, which its next user would find."""

    def __init__(self, library: ctypes.CDLL, make: ctypes._NamedFuncPointer, raw: bytes) -> None:
        self._library, self._make, self._raw = library, make, raw

    def __enter__(self) -> _Key:
        if len(self._raw) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self._raw)}")
        self.pointer = self._make(NID_ED25519, None, self._raw, KEY_BYTES)
        self.context = self._library.EVP_MD_CTX_new()
        if not self.pointer or not self.context:
            self.__exit__()
            raise ValueError("OpenSSL takes no such key")
        return self

    def __exit__(self, *_: object) -> None:
        self._library.EVP_MD_CTX_free(self.context)
        self._library.EVP_PKEY_free(self.pointer)
        self._library.ERR_clear_error()

    def checked(self, done: int, made: bytes, length: int) -> bytes:
        """What was made. Raises ValueError when it was not."""
        if done != GOOD or len(made) != length:
            raise ValueError("OpenSSL does not sign with this key")
        return made


class PackagedEd25519:
    """By the package cryptography."""

    def public_of(self, private: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(private).sign(message)

    def is_signed(self, public: bytes, signature: bytes, message: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
