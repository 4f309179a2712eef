package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.bittern.Forall;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The published vectors of BEP 44, of BEP 33, and of RFC 8032. */
class ItemTest {

    private static final Item.Mutable PLAIN = PublishedItems.MUTABLE;
    private static final Item.Mutable SALTED = PublishedItems.SALTED;
    private static final BString KEY = PLAIN.key();
    private static final Bencode VALUE = PLAIN.value();

    private static BString hex(String digits) {
        return BString.of(HexFormat.of().parseHex(digits));
    }

    private static String signed(Item.Mutable item) {
        return new String(Item.Mutable.signed(item.salt(), item.seq(), item.value()), StandardCharsets.US_ASCII);
    }

    @Test
    void anImmutableItemIsKeptUnderItsHash() {
        assertThat(PublishedItems.IMMUTABLE.target()).hasToString("e5f96f6f38320f0f33959cb4d3d656452117aadb");
    }

    @Test
    void aMutableItemIsKeptUnderTheHashOfItsKey() {
        assertThat(PLAIN.target()).hasToString("4a533d47ec9c7d95b1ad75f576cffc641853b750");
        assertThat(signed(PLAIN)).isEqualTo("3:seqi1e1:v12:Hello World!");
        assertThat(PLAIN.isGenuine()).isTrue();
    }

    @Test
    void aSaltIsPartOfTheTargetAndTheSignature() {
        assertThat(SALTED.target()).hasToString("411eba73b6f087ca51a3795d9c8c938d365e32c1");
        assertThat(signed(SALTED)).isEqualTo("4:salt6:foobar3:seqi1e1:v12:Hello World!");
        assertThat(SALTED.isGenuine()).isTrue();
    }

    @Test
    void aChangedItemIsNotGenuine() {
        assertThat(new Item.Mutable(KEY, BString.EMPTY, 2, PLAIN.signature(), VALUE).isGenuine())
                .isFalse();
        assertThat(new Item.Mutable(KEY, BString.of("x"), 1, PLAIN.signature(), VALUE).isGenuine())
                .isFalse();
        assertThat(new Item.Mutable(KEY, BString.EMPTY, 1, PLAIN.signature(), BString.of("x")).isGenuine())
                .isFalse();
        assertThat(new Item.Mutable(SALTED.signature(), BString.EMPTY, 1, PLAIN.signature(), VALUE).isGenuine())
                .isFalse();
        assertThat(new Item.Mutable(KEY, BString.EMPTY, 1, KEY, VALUE).isGenuine())
                .isFalse();
    }

    @Test
    void anyBytesAreAKeyOrNone() {
        Forall.seeds(200, random -> {
            byte[] key = new byte[32];
            byte[] signature = new byte[64];
            random.nextBytes(key);
            random.nextBytes(signature);

            assertThat(Ed25519.verify(key, new byte[3], signature)).isFalse();
        });
    }

    /** RFC 8032, 7.1, test 1. */
    @Test
    void keysFollowFromTheirSeed() {
        KeyPair keys = Ed25519.fromSeed(
                HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

        assertThat(BString.of(Ed25519.publicKey(keys)))
                .isEqualTo(hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
        assertThat(BString.of(Ed25519.sign(keys, new byte[0])))
                .isEqualTo(hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"));
    }

    @Test
    void whatIsSignedIsGenuine() {
        Forall.seeds(20, random -> {
            byte[] seed = new byte[32];
            random.nextBytes(seed);

            assertThat(Item.Mutable.sign(Ed25519.fromSeed(seed), BString.of("s"), random.nextInt(9), VALUE)
                            .isGenuine())
                    .isTrue();
        });
    }

    @Test
    void aFilterIsTheOneThatIsPublished() {
        BloomFilter filter = BloomFilter.empty();
        for (int i = 0; i < 256; i++) {
            filter.add(Nodes.host("192.0.2." + i));
        }
        for (int i = 0; i < 1000; i++) {
            filter.add(Nodes.host("2001:db8::" + Integer.toHexString(i)));
        }

        assertThat(HexFormat.of().withUpperCase().formatHex(filter.bytes())).isEqualTo("""
                        F6C3F5EAA07FFD91BDE89F777F26FB2BFF37BDB8FB2BBAA2FD3DDDE7BACFFF75EE7CCBAE
                        FE5EEDB1FBFAFF67F6ABFF5E43DDBCA3FD9B9FFDF4FFD3E9DFF12D1BDF59DB53DBE9FA5B
                        7FF3B8FDFCDE1AFB8BEDD7BE2F3EE71EBBBFE93BCDEEFE148246C2BC5DBFF7E7EFDCF24F
                        D8DC7ADFFD8FFFDFDDFFF7A4BBEEDF5CB95CE81FC7FCFF1FF4FFFFDFE5F7FDCBB7FD79B3
                        FA1FC77BFE07FFF905B7B7FFC7FEFEFFE0B8370BB0CD3F5B7F2BD93FEB4386CFDD6F7FD5
                        BFAF2E9EBFFFFEECD67ADBF7C67F17EFD5D75EBA6FFEBA7FFF47A91EB1BFBB53E8ABFB57
                        62ABE8FF237279BFEFBFEEF5FFC5FEBFDFE5ADFFADFEE1FB737FFFFBFD9F6AEFFEEE76B6
                        FD8F72EF
                        """.replace("\n", ""));
        assertThat(filter.estimate()).isCloseTo(1224.9308, offset(0.001));
    }

    @Test
    void aFilterOfNobodyCountsNobody() {
        assertThat(BloomFilter.empty().estimate()).isZero();
        assertThat(BloomFilter.empty().mayHave(Nodes.host("192.0.2.1"))).isFalse();
        byte[] full = new byte[256];
        Arrays.fill(full, (byte) -1);
        assertThat(BloomFilter.of(BString.of(full)).estimate()).isGreaterThan(6000);
    }
}
