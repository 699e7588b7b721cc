"""What Windows shows as the properties of a program."""

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

from qbconnector import __version__


def resource(name: str) -> VSVersionInfo:
    """The version resource of the program of this name."""
    numbers = (*(int(one) for one in __version__.split(".")[:3]), 0)
    texts = {
        "CompanyName": "The qbconnector authors",
        "FileDescription": "qbconnector: qbXML over HTTP",
        "FileVersion": __version__,
        "InternalName": name,
        "LegalCopyright": "Apache License 2.0",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "qbconnector",
        "ProductVersion": __version__,
    }
    strings = StringTable("040904B0", [StringStruct(key, text) for key, text in texts.items()])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[StringFileInfo([strings]), VarFileInfo([VarStruct("Translation", [0x409, 1200])])],
    )
