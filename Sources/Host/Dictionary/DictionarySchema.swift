/// The schema of the XML form, so that a dictionary can be checked wherever the program runs. A copy for editors is
/// dictionaries/tollkeeper-dictionary.xsd; a test keeps the two the same.
package enum DictionarySchema {
    package static let namespace = "urn:tollkeeper:dictionary:1"

    package static let text = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- The XML form of a RADIUS dictionary: the same statements as the text form, one element each, in the same order.
             Blocks hold what stands between BEGIN and END. A value right behind its attribute stands inside it. -->
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:tollkeeper:dictionary:1"
            targetNamespace="urn:tollkeeper:dictionary:1" elementFormDefault="qualified">

          <xs:element name="dictionary">
            <xs:complexType><xs:group ref="statements" minOccurs="0" maxOccurs="unbounded"/></xs:complexType>
          </xs:element>

          <xs:group name="statements">
            <xs:choice>
              <xs:element name="comment" type="xs:string"/>
              <xs:element name="include" type="include"/>
              <xs:element name="vendor" type="vendor"/>
              <xs:element name="attribute" type="attribute"/>
              <xs:element name="value" type="value"/>
              <xs:element name="define" type="typed"/>
              <xs:element name="enum" type="typed"/>
              <xs:element name="member" type="typed"/>
              <xs:element name="alias" type="alias"/>
              <xs:element name="struct" type="struct"/>
              <xs:element name="flags" type="flags"/>
              <xs:element name="protocol" type="vendor"/>
              <xs:element name="in-vendor" type="block"/>
              <xs:element name="in-tlv" type="block"/>
              <xs:element name="in-protocol" type="block"/>
              <xs:element name="in-attribute" type="block"/>
              <xs:element name="line" type="xs:string"/>
            </xs:choice>
          </xs:group>

          <!-- A word of the text form. -->
          <xs:simpleType name="word"><xs:restriction base="xs:string"><xs:pattern value="[^\s#]+"/></xs:restriction></xs:simpleType>
          <!-- Words with single spaces between. -->
          <xs:simpleType name="words">
            <xs:restriction base="xs:string"><xs:pattern value="([^\s#]+( [^\s#]+)*)?"/></xs:restriction>
          </xs:simpleType>
          <xs:simpleType name="number">
            <xs:restriction base="xs:string"><xs:pattern value="0[xX][0-9a-fA-F]+|[0-9]+"/></xs:restriction>
          </xs:simpleType>
          <!-- Decimal or hex numbers with dots between; a dot in front goes on from the attribute above (version 4). -->
          <xs:simpleType name="oid">
            <xs:restriction base="xs:string">
              <xs:pattern value="\.?(0[xX][0-9a-fA-F]+|[0-9]+)(\.(0[xX][0-9a-fA-F]+|[0-9]+))*"/>
            </xs:restriction>
          </xs:simpleType>

          <!-- The comment behind a statement. -->
          <xs:attributeGroup name="noted"><xs:attribute name="note" type="xs:string"/></xs:attributeGroup>

          <xs:complexType name="include">
            <xs:attribute name="file" type="word" use="required"/>
            <xs:attribute name="optional" type="xs:boolean"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="vendor">
            <xs:attribute name="name" type="word" use="required"/>
            <xs:attribute name="number" type="number" use="required"/>
            <xs:attribute name="options" type="words"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="attribute">
            <xs:sequence><xs:element name="value" type="named" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
            <xs:attribute name="name" type="word" use="required"/>
            <xs:attribute name="number" type="oid" use="required"/>
            <xs:attribute name="type" type="word" use="required"/>
            <xs:attribute name="flags" type="words"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="named">
            <xs:attribute name="name" type="words" use="required"/>
            <xs:attribute name="number" type="xs:string" use="required"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="value">
            <xs:complexContent>
              <xs:extension base="named"><xs:attribute name="attribute" type="word" use="required"/></xs:extension>
            </xs:complexContent>
          </xs:complexType>
          <xs:complexType name="typed">
            <xs:attribute name="name" type="word" use="required"/>
            <xs:attribute name="type" type="word" use="required"/>
            <xs:attribute name="flags" type="words"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="alias">
            <xs:attribute name="name" type="word" use="required"/>
            <xs:attribute name="target" type="word" use="required"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="struct">
            <xs:attribute name="name" type="word" use="required"/>
            <xs:attribute name="key" type="word" use="required"/>
            <xs:attribute name="value" type="word" use="required"/>
            <xs:attribute name="flags" type="words"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="flags">
            <xs:attribute name="words" type="words" use="required"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
          <xs:complexType name="block">
            <xs:group ref="statements" minOccurs="0" maxOccurs="unbounded"/>
            <xs:attribute name="name" type="words" use="required"/>
            <xs:attribute name="options" type="words"/>
            <!-- The name behind END, where it is not written like the one behind BEGIN. -->
            <xs:attribute name="end" type="words"/>
            <xs:attribute name="end-note" type="xs:string"/>
            <xs:attributeGroup ref="noted"/>
          </xs:complexType>
        </xs:schema>

        """#
}
