package io.bittern;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAssignableTo;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.TrustManager;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines between the packages, as ARCHITECTURE.md draws them. */
class ArchitectureTest {

    private static final String ROOT = "io.bittern";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final List<String> EVERYBODY = List.of(
            "java..", "javax..", "jdk..", "com.sun.net.httpserver..", "org.xml.sax..", "org.jspecify..", "org.slf4j..");

    private static final List<String> PEKKO = List.of("org.apache.pekko..", "scala..");

    /** What each package may use of the others: direct, and complete. */
    private static final Map<String, List<String>> MAY_USE = table("""
            bencode
            metainfo: bencode
            piece: metainfo
            wire: bencode metainfo piece net
            net
            dht: bencode metainfo net
            tracker: bencode metainfo net
            store: bencode metainfo piece
            peer: bencode metainfo piece wire net store
            choke: metainfo peer
            lsd: metainfo net
            portmap: net
            webseed: metainfo piece net store
            torrent: bencode metainfo piece wire net tracker store peer choke webseed
            client: bencode metainfo piece wire net lsd portmap dht tracker store peer choke webseed torrent
            cli: bencode metainfo piece wire net lsd portmap dht tracker store peer choke webseed torrent client
            """);

    /** Libraries of single packages, besides what everybody has and Pekko. */
    private static final Map<String, List<String>> LIBRARIES = table("""
            client: com.typesafe.config..
            cli: com.typesafe.config.. picocli.. com.fasterxml.jackson.. ch.qos.logback.. sun.misc
            """);

    private static final String[] PURE = {in("bencode"), in("metainfo"), in("piece"), in("wire"), in("dht")};

    private static final String[] EDGE = {in("client"), in("cli")};

    static Stream<String> packages() {
        return MAY_USE.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyWhatItMay(String name) {
        check(usesOnlyWhatItMay(name));
    }

    @Test
    void everyPackageHasItsRow() {
        assertThat(CLASSES.getPackage(ROOT).getSubpackages())
                .extracting(JavaPackage::getRelativeName)
                .isSubsetOf(MAY_USE.keySet());
    }

    @Test
    void noPackagesUseEachOther() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.getPackage(ROOT).getSubpackages())
                .isNotEmpty()
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void onlyActorsAndTheEdgeTouchPekko() {
        check(PEKKO_ONLY_IN_ACTORS);
    }

    @Test
    void thePureCoreTouchesNoFileSocketOrThread() {
        check(NO_FILE_SOCKET_OR_THREAD);
    }

    @Test
    void nobodyReadsAClockButTheEdge() {
        check(NO_CLOCK);
    }

    @Test
    void nobodySleeps() {
        check(NO_SLEEP);
    }

    @Test
    void nobodyPrintsButTheCommandLine() {
        check(NO_STANDARD_STREAMS);
    }

    @Test
    void nobodyTrustsAnyCertificate() {
        check(NO_BLIND_TRUST);
    }

    @Test
    void nobodyLogsByTheJdk() {
        check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void actorsHaveAPrivateConstructor() {
        check(PRIVATE_CONSTRUCTORS);
    }

    @Test
    void actorsAreMadeByCreate() {
        check(MADE_BY_CREATE);
    }

    /** The rules themselves: each refuses the offenders below. */
    @Nested
    class ARule {

        @Test
        void seesTheClockThroughCallsAndReferences() {
            refuses(
                    NO_CLOCK,
                    Offenders.ReadsClock.class,
                    "currentTimeMillis",
                    "nanoTime",
                    "Instant.now()",
                    "Clock.systemUTC()");
        }

        @Test
        void seesSleep() {
            refuses(NO_SLEEP, Offenders.Sleeps.class, "sleep");
        }

        @Test
        void seesPrinting() {
            refuses(NO_STANDARD_STREAMS, Offenders.Prints.class, "System.out", "printStackTrace");
        }

        @Test
        void seesBlindTrust() {
            refuses(NO_BLIND_TRUST, Offenders.TrustsAll.class, "TrustsAll");
            refuses(NO_BLIND_TRUST, Offenders.TrustsAnyHost.class, "HostnameVerifier");
        }

        @Test
        void seesPekkoOutsideActors() {
            refuses(PEKKO_ONLY_IN_ACTORS, Offenders.Holder.class, "ActorRef");
        }

        @ParameterizedTest
        @ValueSource(classes = {Offenders.OpenActor.class, Offenders.UnmadeActor.class})
        void seesActorsThatAreNotMadeByCreate(Class<?> actor) {
            JavaClasses classes = new ClassFileImporter().importClasses(actor);
            assertThat(Stream.of(PRIVATE_CONSTRUCTORS, MADE_BY_CREATE)
                            .filter(rule -> rule.allowEmptyShould(true)
                                    .evaluate(classes)
                                    .hasViolation()))
                    .hasSize(1);
        }

        private void refuses(ArchRule rule, Class<?> offender, String... named) {
            JavaClasses classes = new ClassFileImporter().importClasses(offender);
            assertThatThrownBy(() -> rule.check(classes))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll(named);
        }
    }

    private static final ArchRule PEKKO_ONLY_IN_ACTORS = noClasses()
            .that(describe("are neither actors nor at the edge", type -> !mayTouchPekko(type)))
            .should(dependOnClassesThat(resideInAnyPackage(PEKKO.toArray(String[]::new))
                    .and(DescribedPredicate.not(assignableTo(ActorRef.class)))))
            .orShould(new ArchCondition<JavaClass>("hold an ActorRef outside a protocol of peer or store") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (!type.getPackageName().matches("io\\.bittern\\.(peer|store)")) {
                        dependOnClassesThat(assignableTo(ActorRef.class)).check(type, events);
                    }
                }
            });

    private static final ArchRule NO_FILE_SOCKET_OR_THREAD = noClasses()
            .that(resideInAnyPackage(PURE))
            .should(dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.http..")
                    .or(nameMatching("java\\.io\\.(File|RandomAccessFile).*"))
                    .or(nameMatching("java\\.net\\.\\w*(Socket|Connection)(\\$.*)?"))
                    .or(nameMatching("java\\.lang\\.Thread(\\$.*)?"))
                    .or(nameMatching("java\\.util\\.concurrent\\..*Execut.*"))));

    private static final ArchRule NO_CLOCK = noClasses()
            .that(DescribedPredicate.not(resideInAnyPackage(EDGE)))
            .should(accessTargetWhere(method(System.class, "currentTimeMillis|nanoTime")
                    .or(nowOf("java\\.time\\..*"))
                    .or(method(Clock.class, "system.*|tick.*"))));

    private static final ArchRule NO_SLEEP =
            noClasses().should(accessTargetWhere(method(Thread.class, "sleep").or(method(TimeUnit.class, "sleep"))));

    private static final ArchRule NO_STANDARD_STREAMS = noClasses()
            .that(DescribedPredicate.not(resideInAnyPackage(in("cli"))))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    private static final ArchRule NO_BLIND_TRUST = noClasses()
            .should(beAssignableTo(TrustManager.class))
            .orShould(dependOnClassesThat(assignableTo(HostnameVerifier.class)));

    private static final ArchRule PRIVATE_CONSTRUCTORS = constructors()
            .that()
            .areDeclaredInClassesThat(describe("are actors", ArchitectureTest::isActor))
            .should()
            .bePrivate();

    private static final ArchRule MADE_BY_CREATE = classes()
            .that(describe("are public actors with a behaviour", ArchitectureTest::hasBehaviour))
            .should(new ArchCondition<JavaClass>("have a static create that gives the behaviour") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean made = type.getMethods().stream()
                            .anyMatch(method -> method.getName().equals("create")
                                    && method.getModifiers().contains(JavaModifier.STATIC)
                                    && method.getRawReturnType().isEquivalentTo(Behavior.class));
                    events.add(new SimpleConditionEvent(type, made, type.getName() + " has no static create"));
                }
            });

    private static ArchRule usesOnlyWhatItMay(String name) {
        String[] allowed = Stream.of(
                        EVERYBODY.stream(),
                        PEKKO.stream(),
                        LIBRARIES.getOrDefault(name, List.of()).stream(),
                        Stream.of(in(name)),
                        MAY_USE.getOrDefault(name, List.of()).stream().map(ArchitectureTest::in))
                .flatMap(part -> part)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(in(name))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed));
    }

    private static Map<String, List<String>> table(String rows) {
        Map<String, List<String>> table = new TreeMap<>();
        for (String row : rows.lines().toList()) {
            List<String> words = List.of(row.split(":? "));
            table.put(words.get(0), words.subList(1, words.size()));
        }
        return table;
    }

    private static boolean mayTouchPekko(JavaClass type) {
        String outermost = type.getName().replaceFirst("\\$.*", "");
        return outermost.endsWith("Actor")
                || outermost.equals("io.bittern.peer.Place")
                || outermost.matches("io\\.bittern\\.tracker\\.\\w*Announcers?")
                || outermost.matches("io\\.bittern\\.torrent\\.(\\w*Crew|Roster|TorrentParts)")
                || resideInAnyPackage(in("net"), in("client"), in("cli")).test(type);
    }

    private static boolean isActor(JavaClass type) {
        return type.getSimpleName().endsWith("Actor");
    }

    private static boolean hasBehaviour(JavaClass type) {
        return isActor(type)
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().isAssignableTo(Behavior.class));
    }

    private static DescribedPredicate<JavaAccess<?>> method(Class<?> type, String names) {
        return target(owner(name(type.getName()))).and(target(nameMatching(names)));
    }

    private static DescribedPredicate<JavaAccess<?>> nowOf(String types) {
        return target(owner(nameMatching(types))).and(target(name("now")));
    }

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
