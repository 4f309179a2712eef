package io.bittern.portmap;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the small documents of a stranger: nothing is fetched, no entity is expanded, a document type makes it unreadable. */
final class Xml {

    private static final int DEEPEST = 30;
    private static final int MOST_ELEMENTS = 5_000;

    /**
     * An element.
     *
     * @param parent the number of the element around it; those with the same number are siblings
     * @param name without prefix
     * @param text its own, without spaces around
     */
    record Element(int parent, String name, String text) {}

    private static final class Open {
        final int number;
        final String name;
        final StringBuilder text = new StringBuilder();

        Open(int number, String name) {
            this.number = number;
            this.name = name;
        }
    }

    private final List<Element> elements = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private int count;

    private Xml() {}

    /** All elements in the order of their ends; none if the document is not sound. */
    static List<Element> elements(byte[] document) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        Xml xml = new Xml();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
            while (reader.hasNext()) {
                xml.take(reader.next(), reader);
            }
            return xml.elements;
        } catch (XMLStreamException | RuntimeException unsound) {
            return List.of(); // the JDK's reader throws also unchecked exceptions at broken input
        }
    }

    private void take(int event, XMLStreamReader reader) throws XMLStreamException {
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> {
                if (open.size() == DEEPEST || ++count > MOST_ELEMENTS) {
                    throw new XMLStreamException("too large");
                }
                open.push(new Open(count, reader.getLocalName()));
            }
            case XMLStreamConstants.END_ELEMENT -> {
                Open ended = open.pop();
                int parent = open.isEmpty() ? 0 : open.peek().number;
                elements.add(
                        new Element(parent, ended.name, ended.text.toString().strip()));
            }
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                if (!open.isEmpty()) {
                    open.peek().text.append(reader.getText());
                }
            }
            case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                throw new XMLStreamException("a document type");
            default -> {
                // comments and instructions say nothing to us
            }
        }
    }
}
