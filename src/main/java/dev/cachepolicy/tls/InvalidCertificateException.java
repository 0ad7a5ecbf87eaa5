package dev.cachepolicy.tls;

/** A file that holds no usable certificates or key. The message begins with the file's name and never quotes its content. */
public final class InvalidCertificateException extends Exception {

    private static final long serialVersionUID = 1;

    private final String file;

    InvalidCertificateException(String file, String problem) {
        super(file + " " + problem);
        this.file = file;
    }

    /** {@return which of the keys in {@link TlsFiles}} */
    public String file() {
        return file;
    }
}
