"""What is measured on: company files and request documents, made the same in every run."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from qbconnector import database
from qbconnector.sandbox.company import Company

VERSION = "13.0"

CUSTOMERS, ITEMS, LINES = 50, 20, 5
"""Of the shop: its customers, its items, and the lines of each of its invoices."""


def document(requests: str, on_error: str = "stopOnError") -> bytes:
    """A request document."""
    return (
        f'<?xml version="1.0" ?>\n<?qbxml version="{VERSION}"?>\n<QBXML>\n'
        f'<QBXMLMsgsRq onError="{on_error}">\n{requests}</QBXMLMsgsRq>\n</QBXML>\n'
    ).encode("ascii")


SMALL_QUERY = document("<CustomerQueryRq>\n<MaxReturned>1</MaxReturned>\n</CustomerQueryRq>\n")
EVERY_CUSTOMER = document("<CustomerQueryRq>\n</CustomerQueryRq>\n")


class NotAnswered(Exception):
    """The company did not do what the benchmark is about."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer[:2000].decode("ascii"))


def execute(company: Company, body: bytes) -> bytes:
    """The answer to a document all of whose requests must succeed."""
    answer = b"".join(company.execute(body))
    if b'statusSeverity="Error"' in answer or b'statusCode="0"' not in answer:
        raise NotAnswered(answer)
    return answer


# Many customers

_FIRST = "Customer 0000000"
_ADDRESS = "".join(f"<Addr{n}>{n} Long Orchard Road, Building {n}</Addr{n}>\n" for n in range(1, 5)) + (
    "<City>Middlefield</City>\n<State>CA</State>\n<PostalCode>94025</PostalCode>\n<Country>US</Country>\n"
)
_CUSTOMER = f"""<CustomerAddRq>
<CustomerAdd>
<Name>{_FIRST}</Name>
<CompanyName>{_FIRST} Incorporated</CompanyName>
<Salutation>Ms.</Salutation>
<FirstName>Alexandra</FirstName>
<MiddleName>Maria</MiddleName>
<LastName>Featherstone</LastName>
<BillAddress>
{_ADDRESS}</BillAddress>
<Phone>650-555-0100</Phone>
<AltPhone>650-555-0101</AltPhone>
<Fax>650-555-0102</Fax>
<Email>accounts.payable@example.com</Email>
<Contact>Alexandra Featherstone</Contact>
<AltContact>Benjamin Featherstone</AltContact>
<TermsRef>
<FullName>Net 30</FullName>
</TermsRef>
<AccountNumber>ACCT-0042</AccountNumber>
<CreditLimit>25000.00</CreditLimit>
<PreferredPaymentMethodRef>
<FullName>Check</FullName>
</PreferredPaymentMethodRef>
<Notes>Deliveries to the gate in Orchard Road only, weekdays before noon.</Notes>
</CustomerAdd>
</CustomerAddRq>
"""


def customers(path: Path, count: int) -> None:
    """A company file with so many customers, each about 1.7 KB as text.

    The first is made by a request; the others are copies of its row under other names, as the requests for
    them would have written it, which take a minute less.
    """
    with Company.create(path, name="Benchmark") as company:
        execute(company, document(_CUSTOMER))
    with closing(database.connect(path)) as connection, database.transaction(connection):
        _copies(connection, count - 1)


def _copies(connection: sqlite3.Connection, count: int) -> None:
    cursor = connection.execute("SELECT * FROM object WHERE name_key = ?", (_FIRST.lower(),))
    names = [column[0] for column in cursor.description]
    first = dict(zip(names, cursor.fetchone(), strict=True))
    uses = connection.execute("SELECT target, role FROM uses WHERE source = ?", (first["id"],)).fetchall()
    created = first["ref_id"].rpartition("-")[2]

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(1, count + 1):
            name, key = f"Customer {number:07}", first["id"] + number
            ref_id = f"{key:X}-{created}"
            head = first["head"].replace(_FIRST.encode(), name.encode())
            own = {
                "id": key,
                "ref_id": ref_id,
                "name_key": name.lower(),
                "sort": name.lower(),
                "head": head.replace(first["ref_id"].encode(), ref_id.encode()),
            }
            yield tuple((first | own).values())

    connection.executemany(f"INSERT INTO object VALUES ({','.join('?' * len(names))})", rows())
    connection.executemany(
        "INSERT INTO uses VALUES (?, ?, ?)",
        ((target, first["id"] + n, role) for n in range(1, count + 1) for target, role in uses),
    )
    connection.execute("UPDATE counter SET value = value + ? WHERE name = 'List'", (count,))


# A shop that sells

_SHOP = """<AccountAddRq>
<AccountAdd>
<Name>Sales</Name>
<AccountType>Income</AccountType>
</AccountAdd>
</AccountAddRq>
<VendorAddRq>
<VendorAdd>
<Name>Board of Taxes</Name>
</VendorAdd>
</VendorAddRq>
<ItemSalesTaxAddRq>
<ItemSalesTaxAdd>
<Name>County</Name>
<TaxRate>8.25</TaxRate>
<TaxVendorRef>
<FullName>Board of Taxes</FullName>
</TaxVendorRef>
</ItemSalesTaxAdd>
</ItemSalesTaxAddRq>
"""


def shop(path: Path) -> None:
    """A company file with some customers, and services to sell to them that are taxed."""
    people = "".join(
        f"<CustomerAddRq>\n<CustomerAdd>\n<Name>Buyer {number}</Name>\n<BillAddress>\n{_ADDRESS}</BillAddress>\n"
        "<TermsRef>\n<FullName>Net 30</FullName>\n</TermsRef>\n"
        "<ItemSalesTaxRef>\n<FullName>County</FullName>\n</ItemSalesTaxRef>\n</CustomerAdd>\n</CustomerAddRq>\n"
        for number in range(CUSTOMERS)
    )
    services = "".join(
        f"<ItemServiceAddRq>\n<ItemServiceAdd>\n<Name>Service {number}</Name>\n"
        "<SalesTaxCodeRef>\n<FullName>Tax</FullName>\n</SalesTaxCodeRef>\n<SalesOrPurchase>\n"
        f"<Desc>An hour of service {number}</Desc>\n<Price>{number + 10}.50</Price>\n"
        "<AccountRef>\n<FullName>Sales</FullName>\n</AccountRef>\n</SalesOrPurchase>\n"
        "</ItemServiceAdd>\n</ItemServiceAddRq>\n"
        for number in range(ITEMS)
    )
    with Company.create(path, name="Benchmark") as company:
        execute(company, document(_SHOP + people + services))


def invoices(count: int, seed: int = 1) -> list[str]:
    """Requests for invoices of the shop, five lines each."""
    chance = random.Random(seed)
    return [_invoice(chance) for _ in range(count)]


def _invoice(chance: random.Random) -> str:
    lines = "".join(
        f"<InvoiceLineAdd>\n<ItemRef>\n<FullName>Service {chance.randrange(ITEMS)}</FullName>\n</ItemRef>\n"
        f"<Quantity>{chance.randint(1, 9)}</Quantity>\n<Rate>{chance.randint(10, 99)}.25</Rate>\n"
        "</InvoiceLineAdd>\n"
        for _ in range(LINES)
    )
    return (
        "<InvoiceAddRq>\n<InvoiceAdd>\n"
        f"<CustomerRef>\n<FullName>Buyer {chance.randrange(CUSTOMERS)}</FullName>\n</CustomerRef>\n"
        f"<TxnDate>2026-03-{chance.randint(1, 28):02}</TxnDate>\n<Memo>Work done in March</Memo>\n{lines}"
        "</InvoiceAdd>\n</InvoiceAddRq>\n"
    )


class Writes:
    """The rows that some invoices write, by invoice: what raw SQLite has to write for them, at the least.

    Of `object`, `uses` and `posting` the rows they add; of `balance` and `counter` those they change. That the
    texts of accounts and customers change with their balances is left out, in the floor's favour.
    """

    def __init__(self, path: Path, requests: Sequence[str]) -> None:
        """Carry the requests out on a shop's file, which is changed by it, and see what they wrote."""
        with closing(database.connect(path)) as connection:
            before = _last(connection)
        with Company.open(path) as company:
            execute(company, document("".join(requests)))
        with closing(database.connect(path)) as connection:
            found = connection.execute(
                "SELECT * FROM object WHERE kind = 'Invoice' AND id > ? ORDER BY id", (before,)
            ).fetchall()
            self.invoices = [_Invoice(connection, row) for row in found]

    def replay(self, path: Path, commit_every: int) -> None:
        """Write the rows to a copy of the shop's file that has none of them, so many invoices a commit."""
        with closing(database.connect(path)) as connection:
            for start in range(0, len(self.invoices), commit_every):
                with database.transaction(connection):
                    for invoice in self.invoices[start : start + commit_every]:
                        invoice.write(connection)

    def rows(self) -> dict[str, float]:
        """How many rows of each table an invoice writes on average."""
        count = len(self.invoices)
        return {
            "object": 1.0,
            "uses": sum(len(one.uses) for one in self.invoices) / count,
            "posting": sum(len(one.postings) for one in self.invoices) / count,
            "balance": sum(len(one.balances) for one in self.invoices) / count,
            "counter": sum(len(one.counters) for one in self.invoices) / count,
        }


class _Invoice:
    """The rows of one invoice."""

    def __init__(self, connection: sqlite3.Connection, row: tuple[object, ...]) -> None:
        key = row[0]
        self.row = row
        self.uses = connection.execute("SELECT * FROM uses WHERE source = ?", (key,)).fetchall()
        self.postings = connection.execute("SELECT * FROM posting WHERE txn = ?", (key,)).fetchall()
        self.balances = connection.execute(
            "SELECT * FROM balance WHERE object IN (SELECT account FROM posting WHERE txn = ?1"
            " UNION SELECT entity FROM posting WHERE txn = ?1)",
            (key,),
        ).fetchall()
        self.counters = connection.execute(
            "SELECT * FROM counter WHERE name IN ('Txn', 'TxnNumber', 'RefNumber Invoice')"
        ).fetchall()
        self._insert = f"INSERT INTO object VALUES ({','.join('?' * len(row))})"

    def write(self, connection: sqlite3.Connection) -> None:
        connection.execute(self._insert, self.row)
        connection.executemany("INSERT INTO uses VALUES (?,?,?)", self.uses)
        connection.executemany("INSERT INTO posting VALUES (?,?,?,?,?,?,?,?,?)", self.postings)
        connection.executemany("INSERT OR REPLACE INTO balance VALUES (?,?,?,?)", self.balances)
        connection.executemany("INSERT OR REPLACE INTO counter VALUES (?,?)", self.counters)


def _last(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT ifnull(max(id), 0) FROM object WHERE kind = 'Invoice'").fetchone()
    return int(row[0])


def copy(source: Path, target: Path) -> Path:
    """A copy of a company file that nobody has open."""
    target.unlink(missing_ok=True)
    with closing(database.connect(source, read_only=True)) as original, closing(sqlite3.connect(target)) as made:
        original.backup(made)
    return target
