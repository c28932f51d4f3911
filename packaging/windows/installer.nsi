; The installer for one user. Names and version come from packaging/facts.py by packaging/windows.py.
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user
!include "MUI2.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"

Name "${TITLE} ${VERSION}"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "Software\${TITLE}" "InstallDir"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${TITLE}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${TITLE} installer"
VIAddVersionKey "LegalCopyright" "MIT"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${GUI_NAME}.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "${TITLE}"
  ; Files of an older version are not mixed with these; one that runs is not half replaced.
  IfFileExists "$INSTDIR\${GUI_NAME}.exe" 0 fresh
  ClearErrors
  Delete "$INSTDIR\${GUI_NAME}.exe"
  Delete "$INSTDIR\${NAME}.exe"
  IfErrors 0 stopped
    MessageBox MB_OK|MB_ICONEXCLAMATION "${TITLE} is running. Quit it (in the tray), then install again." /SD IDOK
    SetErrorLevel 2
    Abort
  stopped:
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licenses"
  fresh:
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${GUI_NAME}.exe"
  WriteRegStr HKCU "Software\${TITLE}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${GUI_NAME}.exe"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  ClearErrors
  Delete "$INSTDIR\${GUI_NAME}.exe"
  Delete "$INSTDIR\${NAME}.exe"
  IfErrors 0 stopped
    MessageBox MB_OK|MB_ICONEXCLAMATION "${TITLE} is running. Quit it (in the tray), then remove it again." /SD IDOK
    SetErrorLevel 2
    Abort
  stopped:
  ; What the program writes when it is to start at login.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${TITLE}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${TITLE}"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licenses"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  MessageBox MB_YESNO|MB_DEFBUTTON2 "Delete your settings and what ${TITLE} knows of your builds as well?" /SD IDNO IDNO keep
    RMDir /r "$LOCALAPPDATA\${NAME}"
  keep:
SectionEnd
