package io.bittern.dht;

import io.bittern.bencode.BString;
import java.util.HexFormat;

/** The items of BEP 44's test vectors. */
public final class PublishedItems {

    private static final BString VALUE = BString.of("Hello World!");
    private static final BString KEY = hex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");

    /** Test 1. */
    public static final Item.Mutable MUTABLE = new Item.Mutable(
            KEY,
            BString.EMPTY,
            1,
            hex("305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
                    + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01"),
            VALUE);

    /** Test 2. */
    public static final Item.Mutable SALTED = new Item.Mutable(
            KEY,
            BString.of("foobar"),
            1,
            hex("6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
                    + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08"),
            VALUE);

    /** Test 3. */
    public static final Item.Immutable IMMUTABLE = new Item.Immutable(VALUE);

    private PublishedItems() {}

    private static BString hex(String digits) {
        return BString.of(HexFormat.of().parseHex(digits));
    }
}
