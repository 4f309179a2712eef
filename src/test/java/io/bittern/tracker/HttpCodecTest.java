package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bittern.Forall;
import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCodecTest {

    @Nested
    class Asking {

        @Test
        void escapesBinaryAndKeepsTheTrackersOwnQuery() throws TrackerException {
            TrackerUrl url = HttpCodec.announceUrl(
                    TrackerUrl.parse("http://a.test/announce?passkey=x"), Announces.of(AnnounceEvent.STARTED));

            assertThat(url.query())
                    .startsWith("passkey=x&info_hash=%00%FF%20%25abc012-._~%2F%3F%26%80%81%82&peer_id=aaaaaaaaaa")
                    .contains("&port=6881&uploaded=1&downloaded=2&left=1000&key=0000BEEF&numwant=200")
                    .contains("&compact=1")
                    .endsWith("&event=started");
        }

        @Test
        void namesNoEventWhenThereIsNone() throws TrackerException {
            TrackerUrl url =
                    HttpCodec.announceUrl(TrackerUrl.parse("http://a.test/"), Announces.of(AnnounceEvent.REGULAR));

            assertThat(url.query()).doesNotContain("event").startsWith("info_hash");
        }

        @Test
        void wantsNobodyWhenStopping() throws TrackerException {
            TrackerUrl url =
                    HttpCodec.announceUrl(TrackerUrl.parse("http://a.test/"), Announces.of(AnnounceEvent.STOPPED));

            assertThat(url.query()).contains("&numwant=0&").endsWith("&event=stopped");
        }

        @Test
        void saysWhereElsePeersReachUs() throws TrackerException {
            AnnounceRequest request = Announces.of(AnnounceEvent.STOPPED)
                    .withAddresses(List.of(
                            LiteralAddress.of("93.184.216.34").orElseThrow(),
                            LiteralAddress.of("2606:2800::1").orElseThrow()));

            assertThat(HttpCodec.announceUrl(TrackerUrl.parse("http://a.test/"), request)
                            .query())
                    .contains("&ipv4=93.184.216.34&ipv6=2606%3A2800%3A0%3A0%3A0%3A0%3A0%3A1&");
        }

        @Test
        void sendsTheTrackerIdBack() throws TrackerException {
            AnnounceResponse first = HttpCodec.announceResponse(BencodeWriter.write(BDictionary.builder()
                    .put("tracker id", new byte[] {0, (byte) 0xe4, 'a'})
                    .build()));
            AnnounceRequest next = Announces.of(AnnounceEvent.REGULAR)
                    .withTrackerId(first.trackerId().orElseThrow());

            assertThat(HttpCodec.announceUrl(TrackerUrl.parse("http://a.test/"), next)
                            .query())
                    .endsWith("&trackerid=%00%E4a");
        }

        @Test
        void findsTheScrapeUrlWhereThereIsOne() throws TrackerException {
            assertThat(HttpCodec.scrapeUrl(
                                    TrackerUrl.parse("http://a.test/x/announce.php?k=1"), List.of(Announces.HASH))
                            .orElseThrow()
                            .pathAndQuery())
                    .startsWith("/x/scrape.php?k=1&info_hash=%00%FF");
            assertThat(HttpCodec.scrapeUrl(TrackerUrl.parse("http://a.test/x"), List.of(Announces.HASH)))
                    .isEmpty();
        }
    }

    @Nested
    class Answers {

        @Test
        void givePeersInCompactForm() throws TrackerException {
            AnnounceResponse response = HttpCodec.announceResponse(
                    bytes("d8:completei5e10:incompletei7e8:intervali1800e12:min intervali300e5:peers12:"
                            + "\u007f\u0000\u0000\u0001\u001a\u00e1\n\u0000\u0000\u0001\u001a\u00e2e"));

            assertThat(response.peers())
                    .containsExactly(Announces.at("127.0.0.1", 6881), Announces.at("10.0.0.1", 6882));
            assertThat(response.swarm().seeders()).isEqualTo(OptionalInt.of(5));
            assertThat(response.swarm().leechers()).isEqualTo(OptionalInt.of(7));
            assertThat(response.interval()).isEqualTo(Duration.ofMinutes(30));
            assertThat(response.minInterval()).isEqualTo(Duration.ofMinutes(5));
        }

        @Test
        void sayHowTheTrackerSeesUs() throws TrackerException {
            byte[] six = new byte[16];
            six[0] = 0x26;

            assertThat(answer(BDictionary.builder().put("external ip", new byte[] {93, 0, 0, 1}))
                            .externalIp())
                    .isEqualTo(LiteralAddress.of("93.0.0.1"));
            assertThat(answer(BDictionary.builder().put("external ip", six)).externalIp())
                    .isEqualTo(LiteralAddress.of("2600::"));
            for (int length : new int[] {0, 3, 5, 15, 17, 1000}) {
                assertThat(answer(BDictionary.builder().put("external ip", new byte[length]))
                                .externalIp())
                        .isEmpty();
            }
            assertThat(answer(BDictionary.builder().put("external ip", 4)).externalIp())
                    .isEmpty();
        }

        @Test
        void givePeersOfBothFamilies() throws TrackerException {
            byte[] six = new byte[18];
            six[15] = 1;
            six[17] = 80;

            AnnounceResponse response = answer(BDictionary.builder()
                    .put("peers", new byte[] {10, 0, 0, 1, 0, 80})
                    .put("peers6", six));

            assertThat(response.peers()).containsExactly(Announces.at("10.0.0.1", 80), Announces.at("::1", 80));
        }

        @Test
        void giveTheWholePeersOfAnOddLength() throws TrackerException {
            AnnounceResponse response =
                    answer(BDictionary.builder().put("peers", new byte[] {10, 0, 0, 1, 0, 80, 10, 0, 0}));

            assertThat(response.peers()).containsExactly(Announces.at("10.0.0.1", 80));
        }

        @Test
        void loseTheirBadPeersOneByOne() throws TrackerException {
            AnnounceResponse response = answer(BDictionary.builder()
                    .put(
                            "peers",
                            BList.of(
                                    peer("10.0.0.1", 80),
                                    peer("0.0.0.0", 80),
                                    peer("224.0.0.1", 80),
                                    peer("10.0.0.2", 0),
                                    peer("10.0.0.3", 65536),
                                    peer("10.0.0.4", -1),
                                    peer("not.a.literal", 80),
                                    peer("10.0.0.999", 80),
                                    BString.of("junk"),
                                    BDictionary.EMPTY,
                                    peer("::1", 81),
                                    peer("10.0.0.1", 80))));

            assertThat(response.peers()).containsExactly(Announces.at("10.0.0.1", 80), Announces.at("::1", 81));
        }

        @Test
        void giveNoMoreThanTwoThousandPeers() throws TrackerException {
            byte[] packed = new byte[6 * 20_000];
            for (int i = 0; i < 20_000; i++) {
                packed[6 * i] = 10;
                packed[6 * i + 2] = (byte) (i >> 8);
                packed[6 * i + 3] = (byte) i;
                packed[6 * i + 5] = 80;
            }

            assertThat(answer(BDictionary.builder().put("peers", packed)).peers())
                    .hasSize(2000);
        }

        @ParameterizedTest
        @CsvSource({
            "i0e, 60",
            "i1e, 60",
            "i-1e, 60",
            "i-9223372036854775808e, 60",
            "i120e, 120",
            "i4611686018427387904e, 86400",
            "i9223372036854775807e, 86400",
            "3:120, 1800",
            "le, 1800"
        })
        void haveTheirIntervalsClamped(String interval, long seconds) throws TrackerException {
            AnnounceResponse response = HttpCodec.announceResponse(bytes("d8:interval" + interval + "5:peers0:e"));

            assertThat(response.interval()).isEqualTo(Duration.ofSeconds(seconds));
        }

        @Test
        void meanHalfAnHourWhenTheyNameNoInterval() throws TrackerException {
            assertThat(HttpCodec.announceResponse(bytes("de")).interval()).isEqualTo(Duration.ofMinutes(30));
        }

        @Test
        void mayHaveTheirKeysInAnyOrder() throws TrackerException {
            assertThat(HttpCodec.announceResponse(bytes("d5:peers0:8:intervali120ee"))
                            .interval())
                    .isEqualTo(Duration.ofMinutes(2));
        }

        @Test
        void refuseInCleanWords() {
            String reason = "\u001b[2Jnot <b>registered</b>\n" + "x".repeat(1 << 20);

            TrackerException refusal = refusal(BDictionary.builder().put("failure reason", reason));

            assertThat(refusal.reason())
                    .startsWith("[2Jnot <b>registered</b> xxx")
                    .hasSize(200);
            assertThat(refusal.retryIn()).isEmpty();
        }

        @Test
        void sayWhenToTryAgain() {
            assertThat(refusal(BDictionary.builder()
                                    .put("failure reason", "later")
                                    .put("retry in", 7))
                            .retryIn())
                    .contains(Duration.ofMinutes(7));
            assertThat(refusal(BDictionary.builder().put("failure reason", "no").put("retry in", "never"))
                            .retryIn())
                    .contains(TrackerException.NEVER);
            assertThat(refusal(BDictionary.builder().put("failure reason", "").put("retry in", Long.MAX_VALUE))
                            .retryIn())
                    .contains(Duration.ofDays(1));
        }

        @Test
        void warnInCleanWords() throws TrackerException {
            assertThat(answer(BDictionary.builder().put("warning message", "old\u202eclient"))
                            .warning())
                    .contains("oldclient");
            assertThat(answer(BDictionary.builder().put("warning message", "\n"))
                            .warning())
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "<html>404</html>",
                    "i5e",
                    "le",
                    "d",
                    "d8:interval",
                    "d8:intervali1e8:intervali2ee",
                    "d8:intervali99999999999999999999ee",
                    "dejunk",
                    "d5:peers999999999999:e"
                })
        void areRefusedWhenTheyAreBroken(String body) {
            assertThatThrownBy(() -> HttpCodec.announceResponse(bytes(body)))
                    .isInstanceOf(TrackerException.class)
                    .message()
                    .isNotBlank();
        }

        @Test
        void areRefusedWhenTheyAreDeep() {
            assertThatThrownBy(() -> HttpCodec.announceResponse(bytes("d1:a" + "l".repeat(100_000))))
                    .isInstanceOf(TrackerException.class)
                    .hasMessageContaining("16");
        }

        @Test
        void areRefusedWhenTheyAreCutShortAnywhere() {
            byte[] whole = bytes("d8:intervali1800e5:peers6:\n\u0000\u0000\u0001\u001a\u00e1e");
            for (int length = 0; length < whole.length; length++) {
                byte[] part = java.util.Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> HttpCodec.announceResponse(part)).isInstanceOf(TrackerException.class);
            }
        }

        @Test
        void areAnAnswerOrARefusalWhateverTheyHold() {
            Forall.seeds(2000, random -> {
                BDictionary.Builder answer = BDictionary.builder();
                for (String key : List.of(
                        "interval",
                        "min interval",
                        "complete",
                        "downloaded",
                        "external ip",
                        "peers",
                        "peers6",
                        "tracker id",
                        "failure reason",
                        "retry in",
                        "warning message")) {
                    if (random.nextBoolean()) {
                        answer.put(key, any(random, 0));
                    }
                }
                byte[] body = BencodeWriter.write(answer.build());
                if (random.nextBoolean()) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt();
                }

                try {
                    AnnounceResponse response = HttpCodec.announceResponse(body);
                    assertThat(response.interval()).isBetween(Duration.ofMinutes(1), Duration.ofDays(1));
                } catch (TrackerException refused) {
                    assertThat(refused.reason()).isNotBlank();
                }
            });
        }

        @Test
        void areSizesOrARefusalWhateverTheyHoldWhenScraped() {
            Forall.seeds(2000, random -> {
                BDictionary.Builder counts = BDictionary.builder();
                for (String key : List.of("complete", "downloaded", "incomplete")) {
                    if (random.nextBoolean()) {
                        counts.put(key, any(random, 0));
                    }
                }
                BDictionary files = BDictionary.builder()
                        .put(
                                BString.of(Announces.HASH.bytes()),
                                random.nextInt(4) == 0 ? any(random, 0) : counts.build())
                        .build();
                byte[] body = BencodeWriter.write(
                        BDictionary.builder().put("files", files).build());
                if (random.nextBoolean()) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt();
                }

                try {
                    for (SwarmSize size :
                            HttpCodec.scrapeResponse(body).swarms().values()) {
                        assertThat(size.seeders().orElse(0)).isNotNegative();
                    }
                } catch (TrackerException refused) {
                    assertThat(refused.reason()).isNotBlank();
                }
            });
        }

        @Test
        void refuseAScrapeWithoutSizes() {
            assertThatThrownBy(() -> HttpCodec.scrapeResponse(bytes("de")))
                    .isInstanceOf(TrackerException.class)
                    .hasMessageContaining("no sizes");
        }

        @Test
        void countSwarmsWhenScraped() throws TrackerException {
            BDictionary counts = BDictionary.builder()
                    .put("complete", 1)
                    .put("downloaded", 2)
                    .put("incomplete", 3)
                    .build();
            BDictionary files = BDictionary.builder()
                    .put(BString.of(Announces.HASH.bytes()), counts)
                    .put("short", counts)
                    .build();

            assertThat(HttpCodec.scrapeResponse(BencodeWriter.write(
                                    BDictionary.builder().put("files", files).build()))
                            .swarms())
                    .containsOnlyKeys(Announces.HASH)
                    .containsValue(SwarmSize.of(1, 3, 2));
        }
    }

    private static Bencode any(java.util.random.RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 2 ? 2 : 4)) {
            case 0 -> new io.bittern.bencode.BInteger(random.nextBoolean() ? random.nextLong() : random.nextInt(100));
            case 1 -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                yield BString.of(bytes);
            }
            case 2 -> {
                List<Bencode> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(any(random, depth + 1));
                }
                yield new BList(values);
            }
            default ->
                BDictionary.builder()
                        .put("ip", any(random, depth + 1))
                        .put("port", any(random, depth + 1))
                        .build();
        };
    }

    private static BDictionary peer(String ip, int port) {
        return BDictionary.builder().put("ip", ip).put("port", port).build();
    }

    private static AnnounceResponse answer(BDictionary.Builder builder) throws TrackerException {
        return HttpCodec.announceResponse(BencodeWriter.write(builder.build()));
    }

    private static TrackerException refusal(BDictionary.Builder builder) {
        return Optional.ofNullable(catchThrowableOfType(TrackerException.class, () -> answer(builder)))
                .orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
