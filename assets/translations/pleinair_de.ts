<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Actions</name>
    <message>
        <source>Record</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Start or stop recording a video</source>
        <translation>Eine Videoaufnahme beginnen oder beenden</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Schnappschuss</translation>
    </message>
    <message>
        <source>Keep the picture as it is now</source>
        <translation>Das Bild behalten, wie es jetzt ist</translation>
    </message>
    <message>
        <source>Pause the recording</source>
        <translation>Aufnahme anhalten</translation>
    </message>
    <message>
        <source>Leave out of the recording what comes now, and go on</source>
        <translation>Aus der Aufnahme auslassen, was jetzt kommt, und später weitermachen</translation>
    </message>
    <message>
        <source>Keep the last 30 seconds</source>
        <translation>Die letzten 30 Sekunden bereithalten</translation>
    </message>
    <message>
        <source>Have the last half minute at hand, to be saved after something happened</source>
        <translation>Die letzte halbe Minute griffbereit haben, um sie im Nachhinein zu speichern</translation>
    </message>
    <message>
        <source>Save the last 30 seconds</source>
        <translation>Die letzten 30 Sekunden speichern</translation>
    </message>
    <message>
        <source>Save what happened in the last half minute as a video</source>
        <translation>Die letzte halbe Minute als Video speichern</translation>
    </message>
    <message>
        <source>Save the last 5 seconds as GIF</source>
        <translation>Die letzten 5 Sekunden als GIF speichern</translation>
    </message>
    <message>
        <source>Save what happened last as a picture that moves</source>
        <translation>Was zuletzt geschah, als bewegtes Bild speichern</translation>
    </message>
    <message>
        <source>Save the last 5 seconds as WebP</source>
        <translation>Die letzten 5 Sekunden als WebP speichern</translation>
    </message>
    <message>
        <source>Save what happened last as a picture that moves, smaller than a GIF</source>
        <translation>Was zuletzt geschah, als bewegtes Bild speichern, kleiner als ein GIF</translation>
    </message>
    <message>
        <source>Mute the microphone</source>
        <translation>Mikrofon stummschalten</translation>
    </message>
    <message>
        <source>Record silence instead of what the microphone hears</source>
        <translation>Stille aufnehmen statt dessen, was das Mikrofon hört</translation>
    </message>
    <message>
        <source>Virtual camera</source>
        <translation>Virtuelle Kamera</translation>
    </message>
    <message>
        <source>Let other programs, as for calls, film the painted picture</source>
        <translation>Andere Programme, etwa für Videoanrufe, das gemalte Bild filmen lassen</translation>
    </message>
    <message>
        <source>Row of styles</source>
        <translation>Leiste der Stile</translation>
    </message>
    <message>
        <source>Show all styles in a row below the picture, where there is room</source>
        <translation>Alle Stile in einer Leiste unter dem Bild zeigen, wo Platz ist</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Fill the screen, or leave it</source>
        <translation>Den ganzen Bildschirm füllen oder wieder verlassen</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Vollbild verlassen</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>Zurück zum Fenster</translation>
    </message>
    <message>
        <source>Open a video or photo...</source>
        <translation>Video oder Foto öffnen ...</translation>
    </message>
    <message>
        <source>Paint a file</source>
        <translation>Eine Datei malen</translation>
    </message>
    <message>
        <source>Open an address...</source>
        <translation>Adresse öffnen ...</translation>
    </message>
    <message>
        <source>Paint a network camera or stream</source>
        <translation>Eine Netzwerkkamera oder einen Stream malen</translation>
    </message>
    <message>
        <source>Paint files...</source>
        <translation>Dateien malen ...</translation>
    </message>
    <message>
        <source>Paint photos and videos into the folder for recordings</source>
        <translation>Fotos und Videos in den Ordner für Aufnahmen malen</translation>
    </message>
    <message>
        <source>Recordings folder</source>
        <translation>Ordner der Aufnahmen</translation>
    </message>
    <message>
        <source>Show where recordings are</source>
        <translation>Zeigen, wo die Aufnahmen liegen</translation>
    </message>
    <message>
        <source>Folder for your styles</source>
        <translation>Ordner für eigene Stile</translation>
    </message>
    <message>
        <source>Show where styles go</source>
        <translation>Zeigen, wohin Stile gehören</translation>
    </message>
    <message>
        <source>Preferences...</source>
        <translation>Einstellungen ...</translation>
    </message>
    <message>
        <source>Set what is set once</source>
        <translation>Festlegen, was nur einmal festgelegt wird</translation>
    </message>
    <message>
        <source>Teach a style...</source>
        <translation>Stil beibringen ...</translation>
    </message>
    <message>
        <source>Learn to paint like a painting of yours</source>
        <translation>Malen lernen wie ein eigenes Gemälde</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Show what the keys do</source>
        <translation>Zeigen, was die Tasten tun</translation>
    </message>
    <message>
        <source>Copy a report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>What the program knows of here</source>
        <translation>Was das Programm über diesen Computer weiß</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über Plein Air</translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation>Version und Lizenzen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Close the window; a recording is finished first</source>
        <translation>Das Fenster schließen; eine Aufnahme wird vorher abgeschlossen</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Zuschnitt</translation>
    </message>
    <message>
        <source>Person and background</source>
        <translation>Person und Hintergrund</translation>
    </message>
    <message>
        <source>Keep colours</source>
        <translation>Farben behalten</translation>
    </message>
    <message>
        <source>Paint with the colours of the camera&apos;s picture</source>
        <translation>Mit den Farben des Kamerabildes malen</translation>
    </message>
    <message>
        <source>Next style</source>
        <translation>Nächster Stil</translation>
    </message>
    <message>
        <source>Paint like the next painting</source>
        <translation>Wie das nächste Gemälde malen</translation>
    </message>
    <message>
        <source>Previous style</source>
        <translation>Voriger Stil</translation>
    </message>
    <message>
        <source>Paint like the painting before</source>
        <translation>Wie das vorige Gemälde malen</translation>
    </message>
    <message>
        <source>Stronger</source>
        <translation>Stärker</translation>
    </message>
    <message>
        <source>Ten percent more of the style</source>
        <translation>Zehn Prozent mehr vom Stil</translation>
    </message>
    <message>
        <source>Weaker</source>
        <translation>Schwächer</translation>
    </message>
    <message>
        <source>Ten percent less of the style</source>
        <translation>Zehn Prozent weniger vom Stil</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>Überraschung</translation>
    </message>
    <message>
        <source>Paint in any other style</source>
        <translation>In irgendeinem anderen Stil malen</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>Put the style among the favourites, which come first, or take it from there</source>
        <translation>Den Stil zu den Favoriten nehmen, die vorne stehen, oder zurück</translation>
    </message>
    <message>
        <source>Style {key}</source>
        <translation>Stil {key}</translation>
    </message>
    <message>
        <source>Paint in the style at place {key}</source>
        <translation>Im Stil auf Platz {key} malen</translation>
    </message>
    <message>
        <source>Mix styles...</source>
        <translation>Stile mischen ...</translation>
    </message>
    <message>
        <source>Mix two styles, or four</source>
        <translation>Zwei Stile mischen oder vier</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop the clip, or freeze the camera&apos;s picture; and go on</source>
        <translation>Den Clip anhalten oder das Kamerabild einfrieren; und weiter</translation>
    </message>
    <message>
        <source>Show the unpainted picture</source>
        <translation>Ungemaltes Bild zeigen</translation>
    </message>
    <message>
        <source>Show the picture as it was filmed, as long as the key is held</source>
        <translation>Das Bild zeigen, wie es gefilmt wurde, solange die Taste gehalten wird</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>Vorher und nachher</translation>
    </message>
    <message>
        <source>Show the unpainted picture on the left of a line, which can be dragged</source>
        <translation>Links einer verschiebbaren Linie das ungemalte Bild zeigen</translation>
    </message>
    <message>
        <source>Keep it steady</source>
        <translation>Ruhig halten</translation>
    </message>
    <message>
        <source>Keep the painting from shimmering where the camera&apos;s picture stands still</source>
        <translation>Das Gemalte nicht flimmern lassen, wo das Kamerabild stillsteht</translation>
    </message>
    <message>
        <source>Upside down</source>
        <translation>Auf den Kopf</translation>
    </message>
    <message>
        <source>Turn the picture upside down</source>
        <translation>Das Bild auf den Kopf stellen</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>Drehen</translation>
    </message>
    <message>
        <source>Turn the picture by a quarter, clockwise</source>
        <translation>Das Bild um ein Viertel im Uhrzeigersinn drehen</translation>
    </message>
    <message>
        <source>Cut the picture to these proportions</source>
        <translation>Das Bild auf dieses Seitenverhältnis zuschneiden</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>Das ganze Bild zeigen</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>Ganzes Bild</translation>
    </message>
    <message>
        <source>Mirror cameras</source>
        <translation>Kameras spiegeln</translation>
    </message>
    <message>
        <source>See yourself as in a mirror, or as others see you</source>
        <translation>Wie im Spiegel, oder wie andere es sehen</translation>
    </message>
    <message>
        <source>Mirror recordings too</source>
        <translation>Auch Aufnahmen spiegeln</translation>
    </message>
    <message>
        <source>Record and keep the picture as in a mirror</source>
        <translation>Das Bild wie im Spiegel aufnehmen und behalten</translation>
    </message>
    <message>
        <source>Paint everything</source>
        <translation>Alles malen</translation>
    </message>
    <message>
        <source>Paint the whole picture</source>
        <translation>Das ganze Bild malen</translation>
    </message>
    <message>
        <source>Paint the person</source>
        <translation>Die Person malen</translation>
    </message>
    <message>
        <source>Leave what is behind the person as it is filmed</source>
        <translation>Was hinter der Person ist, lassen, wie es gefilmt wird</translation>
    </message>
    <message>
        <source>Paint the background</source>
        <translation>Den Hintergrund malen</translation>
    </message>
    <message>
        <source>Leave the person as filmed</source>
        <translation>Die Person lassen, wie sie gefilmt wird</translation>
    </message>
    <message>
        <source>Background as filmed</source>
        <translation>Hintergrund wie gefilmt</translation>
    </message>
    <message>
        <source>Show what is behind the person</source>
        <translation>Zeigen, was hinter der Person ist</translation>
    </message>
    <message>
        <source>Blur the background</source>
        <translation>Hintergrund unscharf</translation>
    </message>
    <message>
        <source>Show what is behind the person out of focus</source>
        <translation>Unscharf zeigen, was hinter der Person ist</translation>
    </message>
    <message>
        <source>Colour as background...</source>
        <translation>Farbe als Hintergrund ...</translation>
    </message>
    <message>
        <source>Put a plain colour behind the person</source>
        <translation>Eine einheitliche Farbe hinter die Person legen</translation>
    </message>
    <message>
        <source>Photo as background...</source>
        <translation>Foto als Hintergrund ...</translation>
    </message>
    <message>
        <source>Put a photo behind the person</source>
        <translation>Ein Foto hinter die Person legen</translation>
    </message>
</context>
<context>
    <name>Condition</name>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Flüssig</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>Ausgelastet</translation>
    </message>
    <message>
        <source>Slow: choose {name}</source>
        <translation>Langsam: {name} wählen</translation>
    </message>
    <message>
        <source>{fps} fps, {dropped} frames dropped</source>
        <translation>{fps} Bilder/s, {dropped} Bilder ausgelassen</translation>
    </message>
    <message>
        <source>{latency} ms from camera to picture</source>
        <translation>{latency} ms von der Kamera zum Bild</translation>
    </message>
    <message>
        <source>filmed at {source}</source>
        <translation>gefilmt mit {source}</translation>
    </message>
    <message>
        <source>painted at {size}</source>
        <translation>gemalt mit {size}</translation>
    </message>
    <message>
        <source>shimmer {painted} brought down to {shown} grey levels</source>
        <translation>Flimmern von {painted} auf {shown} Graustufen gesenkt</translation>
    </message>
    <message>
        <source>by {generator} on {device}</source>
        <translation>von {generator} auf {device}</translation>
    </message>
</context>
<context>
    <name>ConditionButton</name>
    <message>
        <source>How the picture is doing</source>
        <translation>Wie es dem Bild geht</translation>
    </message>
    <message>
        <source>The picture: {word}</source>
        <translation>Das Bild: {word}</translation>
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <source>There are no styles; install Plein Air again.</source>
        <translation>Es gibt keine Stile; Plein Air bitte neu installieren.</translation>
    </message>
    <message>
        <source>You can choose another source below.</source>
        <translation>Unten lässt sich eine andere Quelle wählen.</translation>
    </message>
    <message>
        <source>Your last recording</source>
        <translation>Die letzte Aufnahme</translation>
    </message>
    <message>
        <source>Opening...</source>
        <translation>Wird geöffnet ...</translation>
    </message>
    <message>
        <source>what is fastest</source>
        <translation>das Schnellste</translation>
    </message>
    <message>
        <source>Starting {backend}...</source>
        <translation>{backend} wird gestartet ...</translation>
    </message>
    <message>
        <source>the fastest</source>
        <translation>das Schnellste</translation>
    </message>
    <message>
        <source>This is {backend}.</source>
        <translation>Das ist {backend}.</translation>
    </message>
    <message>
        <source>It goes on by itself when it is back.</source>
        <translation>Es geht von selbst weiter, wenn sie wieder da ist.</translation>
    </message>
    <message>
        <source>Choose another source.</source>
        <translation>Bitte eine andere Quelle wählen.</translation>
    </message>
    <message>
        <source>Until you choose another backdrop, it is blurred.</source>
        <translation>Bis ein anderer Hintergrund gewählt ist, ist er unscharf.</translation>
    </message>
    <message>
        <source>Getting the paints ready...</source>
        <translation>Die Farben werden angerührt ...</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Saving...</source>
        <translation>Speichert ...</translation>
    </message>
    <message>
        <source>Do not record</source>
        <translation>Nicht aufnehmen</translation>
    </message>
    <message>
        <source>Stop {time}</source>
        <translation>Beenden {time}</translation>
    </message>
    <message>
        <source>({count} lost)</source>
        <translation>({count} verloren)</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>The painting to paint like ({keys})</source>
        <translation>Das Gemälde, wie das gemalt wird ({keys})</translation>
    </message>
    <message>
        <source>From the camera&apos;s picture to the full style ({keys})</source>
        <translation>Vom Kamerabild bis zum vollen Stil ({keys})</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Paints your webcam live in the style of a painting. It implements {paper}.</source>
        <translation>Malt das Bild der Webcam live im Stil eines Gemäldes. Umgesetzt ist {paper}.</translation>
    </message>
    <message>
        <source>MIT licence. Nothing that is filmed leaves this computer.</source>
        <translation>MIT-Lizenz. Nichts von dem, was gefilmt wird, verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>It comes with {parts}.</source>
        <translation>Mitgeliefert werden {parts}.</translation>
    </message>
    <message>
        <source>Paint photos and videos</source>
        <translation>Fotos und Videos malen</translation>
    </message>
    <message>
        <source>Open an address</source>
        <translation>Adresse öffnen</translation>
    </message>
    <message>
        <source>Address of a network camera or a film (http, https or rtsp):</source>
        <translation>Adresse einer Netzwerkkamera oder eines Films (http, https oder rtsp):</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>(not installed)</source>
        <translation>(nicht installiert)</translation>
    </message>
    <message>
        <source>About Plein Air</source>
        <translation>Über Plein Air</translation>
    </message>
</context>
<context>
    <name>Errands</name>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} ist nicht mehr da.</translation>
    </message>
    <message>
        <source>No program was found to open {path} with.</source>
        <translation>Es wurde kein Programm gefunden, um {path} zu öffnen.</translation>
    </message>
    <message>
        <source>Looking at this computer...</source>
        <translation>Dieser Computer wird untersucht ...</translation>
    </message>
    <message>
        <source>The report is in the clipboard; paste it where you want to tell of a fault.</source>
        <translation>Der Bericht ist in der Zwischenablage; er lässt sich einfügen, wo ein Fehler gemeldet werden soll.</translation>
    </message>
    <message>
        <source>There is a style file {name} already; rename the new one.</source>
        <translation>Es gibt schon eine Stildatei {name}; bitte die neue umbenennen.</translation>
    </message>
    <message>
        <source>The style {path} cannot be copied ({reason}).</source>
        <translation>Der Stil {path} kann nicht kopiert werden ({reason}).</translation>
    </message>
    <message>
        <source>Installed: {style}</source>
        <translation>Installiert: {style}</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>The folder {path} cannot be made ({reason}).</source>
        <translation>Der Ordner {path} kann nicht angelegt werden ({reason}).</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Optional</source>
        <translation>Wenn bekannt</translation>
    </message>
    <message>
        <source>What is filmed now, for a minute</source>
        <translation>Was gerade gefilmt wird, eine Minute lang</translation>
    </message>
    <message>
        <source>A folder of photos...</source>
        <translation>Ein Ordner mit Fotos ...</translation>
    </message>
    <message>
        <source>The demo clip</source>
        <translation>Der Democlip</translation>
    </message>
    <message>
        <source>What it learns to paint; a thousand photos make the best style</source>
        <translation>Was es zu malen lernt; tausend Fotos ergeben den besten Stil</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} Minuten</translation>
    </message>
    <message>
        <source>&amp;Painting</source>
        <translation>&amp;Gemälde</translation>
    </message>
    <message>
        <source>&amp;Title</source>
        <translation>&amp;Titel</translation>
    </message>
    <message>
        <source>&amp;Artist</source>
        <translation>&amp;Künstler</translation>
    </message>
    <message>
        <source>P&amp;hotos</source>
        <translation>&amp;Fotos</translation>
    </message>
    <message>
        <source>Ti&amp;me</source>
        <translation>&amp;Zeit</translation>
    </message>
    <message>
        <source>Choose a picture, or drop one here...</source>
        <translation>Bild wählen oder hierher ziehen ...</translation>
    </message>
    <message>
        <source>Photos in {folder}</source>
        <translation>Fotos in {folder}</translation>
    </message>
    <message>
        <source>Choose a painting</source>
        <translation>Gemälde wählen</translation>
    </message>
    <message>
        <source>Choose a folder of photos</source>
        <translation>Ordner mit Fotos wählen</translation>
    </message>
</context>
<context>
    <name>Hint</name>
    <message>
        <source>Point at a style to try it, click to keep it
{record} records
{keys} shows all keys</source>
        <translation>Zeigen probiert einen Stil aus, Klicken behält ihn
{record} nimmt auf
{keys} zeigt alle Tasten</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>How much is done</source>
        <translation>Wie viel geschafft ist</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Painting file {number} of {files}: {name}</source>
        <translation>Datei {number} von {files} wird gemalt: {name}</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Other files are still being painted; wait for them, or cancel that.</source>
        <translation>Es werden noch andere Dateien gemalt; bitte warten oder abbrechen.</translation>
    </message>
    <message>
        <source>Painted</source>
        <translation>Gemalt</translation>
    </message>
    <message>
        <source>Painted {count} files, the last of them</source>
        <translation>{count} Dateien gemalt, die letzte davon</translation>
    </message>
</context>
<context>
    <name>Looks</name>
    <message>
        <source>{name} paints this style without it; choose the quality {better}</source>
        <translation>{name} malt diesen Stil ohne das; die Qualität {better} kann es</translation>
    </message>
    <message>
        <source>{name} paints this style without it; choose another style</source>
        <translation>{name} malt diesen Stil ohne das; ein anderer Stil kann es</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Quality: {name}</source>
        <translation>Qualität: {name}</translation>
    </message>
    <message>
        <source>How loud the microphone is</source>
        <translation>Wie laut das Mikrofon ist</translation>
    </message>
    <message>
        <source>Loudness</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>The fastest (measured once)</source>
        <translation>Das Schnellste (einmal gemessen)</translation>
    </message>
    <message>
        <source>Auto: the best that keeps up</source>
        <translation>Auto: das Beste, das mithält</translation>
    </message>
    <message>
        <source>What paints</source>
        <translation>Was malt</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Open a video or photo</source>
        <translation>Video oder Foto öffnen</translation>
    </message>
    <message>
        <source>Photo as background</source>
        <translation>Foto als Hintergrund</translation>
    </message>
    <message>
        <source>1 to 9</source>
        <translation>1 bis 9</translation>
    </message>
    <message>
        <source>Paint in the style at this place</source>
        <translation>Im Stil auf diesem Platz malen</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>Error: {text}</source>
        <translation>Fehler: {text}</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>MicrophoneMenu</name>
    <message>
        <source>No sound</source>
        <translation>Kein Ton</translation>
    </message>
    <message>
        <source>The computer&apos;s microphone</source>
        <translation>Das Mikrofon des Computers</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
</context>
<context>
    <name>MixField</name>
    <message>
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>Drag the point, or use the arrow keys</source>
        <translation>Den Punkt ziehen oder mit den Pfeiltasten bewegen</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>Upper left style</source>
        <translation>Stil oben links</translation>
    </message>
    <message>
        <source>Upper right style</source>
        <translation>Stil oben rechts</translation>
    </message>
    <message>
        <source>Lower left style</source>
        <translation>Stil unten links</translation>
    </message>
    <message>
        <source>Lower right style</source>
        <translation>Stil unten rechts</translation>
    </message>
    <message>
        <source>Mix styles</source>
        <translation>Stile mischen</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(keiner)</translation>
    </message>
    <message>
        <source>{style} {percent}%</source>
        <translation>{style} {percent} %</translation>
    </message>
</context>
<context>
    <name>Names</name>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>Fein</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Am besten</translation>
    </message>
    <message>
        <source>Stroke size</source>
        <translation>Strichgröße</translation>
    </message>
    <message>
        <source>Size of the strokes, from -1 (small) to 1 (large)</source>
        <translation>Größe der Pinselstriche, von -1 (klein) bis 1 (groß)</translation>
    </message>
    <message>
        <source>Keep faces</source>
        <translation>Gesichter behalten</translation>
    </message>
    <message>
        <source>How far faces are kept, from 0 (painted like all else) to 1</source>
        <translation>Wie weit Gesichter erhalten bleiben, von 0 (gemalt wie alles andere) bis 1</translation>
    </message>
    <message>
        <source>ONNX Runtime on the processor</source>
        <translation>ONNX Runtime auf dem Prozessor</translation>
    </message>
    <message>
        <source>ONNX Runtime on an NVIDIA GPU</source>
        <translation>ONNX Runtime auf einer NVIDIA-GPU</translation>
    </message>
    <message>
        <source>ONNX Runtime with TensorRT on an NVIDIA GPU</source>
        <translation>ONNX Runtime mit TensorRT auf einer NVIDIA-GPU</translation>
    </message>
    <message>
        <source>ONNX Runtime with TensorRT on an NVIDIA RTX GPU</source>
        <translation>ONNX Runtime mit TensorRT auf einer NVIDIA-RTX-GPU</translation>
    </message>
    <message>
        <source>ONNX Runtime with Core ML</source>
        <translation>ONNX Runtime mit Core ML</translation>
    </message>
    <message>
        <source>ONNX Runtime with WebGPU on a GPU of any make</source>
        <translation>ONNX Runtime mit WebGPU auf einer GPU beliebiger Marke</translation>
    </message>
    <message>
        <source>OpenVINO on the processor</source>
        <translation>OpenVINO auf dem Prozessor</translation>
    </message>
    <message>
        <source>OpenVINO on the processor in bfloat16</source>
        <translation>OpenVINO auf dem Prozessor in bfloat16</translation>
    </message>
    <message>
        <source>OpenVINO on an Intel GPU</source>
        <translation>OpenVINO auf einer Intel-GPU</translation>
    </message>
    <message>
        <source>torch on an NVIDIA GPU</source>
        <translation>torch auf einer NVIDIA-GPU</translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>What has been learned so far</source>
        <translation>Was bisher gelernt wurde</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>Wählen ...</translation>
    </message>
    <message>
        <source>{style}, {date} and {time} are replaced</source>
        <translation>{style}, {date} und {time} werden ersetzt</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Record the unpainted picture beside the painted one</source>
        <translation>Das ungemalte Bild neben dem gemalten aufnehmen</translation>
    </message>
    <message>
        <source>Keep the unpainted picture with each snapshot</source>
        <translation>Zu jedem Schnappschuss das ungemalte Bild behalten</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Holds from the next start on</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Choose the folder for recordings</source>
        <translation>Ordner für Aufnahmen wählen</translation>
    </message>
    <message>
        <source>Folder for recordings:</source>
        <translation>Ordner für Aufnahmen:</translation>
    </message>
    <message>
        <source>Names of files:</source>
        <translation>Namen der Dateien:</translation>
    </message>
    <message>
        <source>Quality of recordings:</source>
        <translation>Qualität der Aufnahmen:</translation>
    </message>
    <message>
        <source>Countdown before a recording:</source>
        <translation>Countdown vor einer Aufnahme:</translation>
    </message>
    <message>
        <source>From one style to the next:</source>
        <translation>Von einem Stil zum nächsten:</translation>
    </message>
    <message>
        <source>Language, from the next start on:</source>
        <translation>Sprache, ab dem nächsten Start:</translation>
    </message>
    <message>
        <source>Folder for recordings</source>
        <translation>Ordner für Aufnahmen</translation>
    </message>
    <message>
        <source>Like: {name}</source>
        <translation>Etwa: {name}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>The painted picture</source>
        <translation>Das gemalte Bild</translation>
    </message>
</context>
<context>
    <name>Recordings</name>
    <message>
        <source>{path} was not finished, since the program or the computer went down.</source>
        <translation>{path} ist nicht abgeschlossen, weil das Programm oder der Rechner abgestürzt ist.</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Repairing the recording...</source>
        <translation>Die Aufnahme wird repariert...</translation>
    </message>
    <message>
        <source>Repaired</source>
        <translation>Repariert</translation>
    </message>
    <message>
        <source>unpainted</source>
        <translation>ungemalt</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>Aufgenommen</translation>
    </message>
</context>
<context>
    <name>Replays</name>
    <message>
        <source>From now on the last {seconds} seconds are kept, to be saved with L or G.</source>
        <translation>Ab jetzt werden die letzten {seconds} Sekunden bereitgehalten; L oder G speichert sie.</translation>
    </message>
    <message>
        <source>Saving the last seconds...</source>
        <translation>Die letzten Sekunden werden gespeichert ...</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
</context>
<context>
    <name>SeekBar</name>
    <message>
        <source>Place in the clip</source>
        <translation>Stelle im Clip</translation>
    </message>
    <message>
        <source>Move to another place in the clip</source>
        <translation>An eine andere Stelle im Clip springen</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>The settings in {path} are not those of Plein Air; remove that file.</source>
        <translation>Die Einstellungen in {path} sind nicht von Plein Air; bitte diese Datei löschen.</translation>
    </message>
    <message>
        <source>The settings were not those of Plein Air and begin anew; the old ones are in {path}.</source>
        <translation>Die Einstellungen waren nicht von Plein Air und beginnen neu; die alten sind in {path}.</translation>
    </message>
</context>
<context>
    <name>Sounds</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
</context>
<context>
    <name>SourceButton</name>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>What to film: a camera, a video, a photo or an address</source>
        <translation>Was gefilmt wird: Kamera, Video, Foto oder Adresse</translation>
    </message>
    <message>
        <source>No camera was found</source>
        <translation>Keine Kamera gefunden</translation>
    </message>
    <message>
        <source>Choose a source</source>
        <translation>Quelle wählen</translation>
    </message>
    <message>
        <source>Size of the camera&apos;s picture</source>
        <translation>Größe des Kamerabildes</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>{camera} was plugged in.</source>
        <translation>{camera} wurde angeschlossen.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>This screen</source>
        <translation>Dieser Bildschirm</translation>
    </message>
    <message>
        <source>Demo clip</source>
        <translation>Democlip</translation>
    </message>
    <message>
        <source>No camera was found.</source>
        <translation>Keine Kamera gefunden.</translation>
    </message>
    <message>
        <source>Until there is one, this is the demo clip.</source>
        <translation>Bis eine da ist, läuft der Democlip.</translation>
    </message>
    <message>
        <source>This is another camera.</source>
        <translation>Dies ist eine andere Kamera.</translation>
    </message>
    <message>
        <source>Opening {source}...</source>
        <translation>{source} wird geöffnet ...</translation>
    </message>
    <message>
        <source>Asking the camera for {width} x {height}...</source>
        <translation>Die Kamera wird um {width} x {height} gebeten ...</translation>
    </message>
    <message>
        <source>This is {source}.</source>
        <translation>Das ist: {source}.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
</context>
<context>
    <name>Store</name>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>StyleStrip</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search for a style</source>
        <translation>Stil suchen</translation>
    </message>
    <message>
        <source>Mix...</source>
        <translation>Mischen ...</translation>
    </message>
    <message>
        <source>Person...</source>
        <translation>Person ...</translation>
    </message>
    <message>
        <source>Paint only the person or only the background, and choose what is behind the person</source>
        <translation>Nur die Person oder nur den Hintergrund malen, und wählen, was hinter der Person ist</translation>
    </message>
    <message>
        <source>Click to keep it, click the star for a favourite</source>
        <translation>Klicken, um ihn zu behalten; auf den Stern klicken für einen Favoriten</translation>
    </message>
    <message>
        <source>, favourite</source>
        <translation>, Favorit</translation>
    </message>
</context>
<context>
    <name>TeachDialog</name>
    <message>
        <source>Teach a style</source>
        <translation>Stil beibringen</translation>
    </message>
    <message>
        <source>How it goes</source>
        <translation>Wie es läuft</translation>
    </message>
    <message>
        <source>How much is done</source>
        <translation>Wie viel geschafft ist</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>Beibringen</translation>
    </message>
    <message>
        <source>Paint with it</source>
        <translation>Damit malen</translation>
    </message>
    <message>
        <source>Stop and keep it</source>
        <translation>Beenden und behalten</translation>
    </message>
    <message>
        <source>Keep the style as it has been learned so far</source>
        <translation>Den Stil behalten, wie er bisher gelernt wurde</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop, and keep nothing</source>
        <translation>Beenden und nichts behalten</translation>
    </message>
    <message>
        <source>Another style</source>
        <translation>Noch ein Stil</translation>
    </message>
    <message>
        <source>Learning needs PyTorch, which is not installed. Run this, and open this dialog again:</source>
        <translation>Zum Lernen wird PyTorch gebraucht, das nicht installiert ist. Bitte dies ausführen und den Dialog neu öffnen:</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>It goes on when this dialog is closed, and painting goes first.</source>
        <translation>Es geht weiter, wenn dieser Dialog geschlossen wird, und das Malen hat Vorrang.</translation>
    </message>
</context>
<context>
    <name>Teaching</name>
    <message>
        <source>The style {path} cannot be written ({reason}).</source>
        <translation>Der Stil {path} kann nicht geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>{time} left. Loss {loss}.</source>
        <translation>Noch {time}. Loss {loss}.</translation>
    </message>
    <message>
        <source>{time} left. Loss {loss}, still falling.</source>
        <translation>Noch {time}. Loss {loss}, sinkt noch.</translation>
    </message>
    <message>
        <source>{time} left. Loss {loss}, hardly falling.</source>
        <translation>Noch {time}. Loss {loss}, sinkt kaum noch.</translation>
    </message>
    <message>
        <source>Nothing is filmed yet; wait for the picture, and try again.</source>
        <translation>Es wird noch nichts gefilmt; bitte auf das Bild warten und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The folder for what is learned cannot be made ({reason}); free some space.</source>
        <translation>Der Ordner für das Gelernte kann nicht angelegt werden ({reason}); bitte Platz schaffen.</translation>
    </message>
    <message>
        <source>Finishing the step at hand...</source>
        <translation>Der laufende Schritt wird beendet ...</translation>
    </message>
    <message>
        <source>Looking at what is filmed: {number} of {looks}. Move about as you will later.</source>
        <translation>Blick auf das, was gefilmt wird: {number} von {looks}. Am besten so bewegen wie später.</translation>
    </message>
    <message>
        <source>Getting ready. The first time, the loss network (60 MB) is downloaded.</source>
        <translation>Wird vorbereitet. Beim ersten Mal wird das Netz für den Loss (60 MB) heruntergeladen.</translation>
    </message>
    <message>
        <source>Only {count} pictures to learn on: more make a better style.</source>
        <translation>Nur {count} Bilder zum Lernen: mehr ergeben einen besseren Stil.</translation>
    </message>
    <message>
        <source>Nothing was learned; try again with more time.</source>
        <translation>Es wurde nichts gelernt; bitte mit mehr Zeit noch einmal versuchen.</translation>
    </message>
    <message>
        <source>What was learned before is kept.</source>
        <translation>Was vorher gelernt wurde, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Learned: {style}. It is among the styles now.</source>
        <translation>Gelernt: {style}. Er ist jetzt bei den Stilen.</translation>
    </message>
</context>
<context>
    <name>TrainingProcess</name>
    <message>
        <source>exit code {code}</source>
        <translation>Exit-Code {code}</translation>
    </message>
    <message>
        <source>Training has ended by itself ({reason}). Close other programs, and try again.</source>
        <translation>Das Training hat von selbst aufgehört ({reason}). Bitte andere Programme schließen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Training cannot be started ({reason}).</source>
        <translation>Das Training kann nicht gestartet werden ({reason}).</translation>
    </message>
</context>
<context>
    <name>ValueSlider</name>
    <message>
        <source>{purpose}; double-click to reset</source>
        <translation>{purpose}; Doppelklick setzt zurück</translation>
    </message>
</context>
<context>
    <name>VirtualCameras</name>
    <message>
        <source>Other programs see the painted picture no more.</source>
        <translation>Andere Programme sehen das gemalte Bild nicht mehr.</translation>
    </message>
    <message>
        <source>Other programs see the painted picture now; choose the camera {camera} there.</source>
        <translation>Andere Programme sehen jetzt das gemalte Bild; dort die Kamera {camera} wählen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
</context>
</TS>
