package io.bittern.tracker;

/**
 * An answer of a web server as far as it matters to us.
 *
 * @param location where a redirect leads, otherwise empty
 * @param body unpacked; that of a redirect is not read and is empty
 */
record HttpReply(int status, String location, byte[] body) {

    /** Whether an answer of this status sends us elsewhere. */
    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    boolean isRedirect() {
        return isRedirect(status);
    }
}
