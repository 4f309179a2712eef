package io.bittern.cli;

/** What standard error is: a terminal that can be redrawn, or a file, a pipe or a log. */
interface Screen {

    /** Whether lines can be redrawn. */
    boolean live();

    /** Whether more than ASCII can be shown. */
    boolean unicode();

    /** How many columns there are now. */
    int width();

    /** How many lines there are now. */
    int height();
}
