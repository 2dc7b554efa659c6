"""What people write, by what it must be read as: one text a line, with \\n for its line ends."""

# What a reasonable person reads as "no more".
REVOKE = r"""
STOP
stop
 Stop.
STOP!!
stopall
STOP ALL
Unsubscribe
cancel
END
quit
Revoke
OPTOUT
opt out
Opt-Out
«stop»
“STOP”
please stop
Please stop.
stop please
STOP PLEASE!!!
Stop now
stop it
Stop this
stop stop stop
STOP STOP STOP!!!
ok stop
just stop
STOPPPP
s t o p
S.T.O.P.
S-T-O-P
st0p
$top
ＳＴＯＰ
🛑
🛑 stop 🛑
Stop 😡😡
stpo
sotp
Sotp!
tsop
stopp
sttop
dtop
stp
plz stop
pls stpo
unsuscribe
UNSUBCRIBE
unsubscribe me
please unsubscribe
cancle
optout please
take me off
Take me off your list
take me off this list please
remove me
please remove me from your list
Remove my number
remove this number from your system
delete my number
lose my number
Lose my number!!
no mas
No más
NO MAS POR FAVOR
ya no más
wrong number
Wrong number.
Sorry, wrong number
you have the wrong number
You have the wrong person
I think you've got the wrong number, sorry
wrong #
stop texting me
Stop texting
STOP TEXTING ME!!!
stop sending me texts
Stop sending me these messages
please stop sending these texts
stop calling me
stop all messages
stop messages
Stop text
Stop the texts
stop with the texts
quit texting me
quit sending me this stuff
can you please stop texting me
could you stop sending messages to this number
would you please stop
can you stop
will you stop texting me
When will you stop texting me
when are you going to stop texting me??
why won't you stop texting me
Why don't you stop texting me
I want you to stop texting me
I want these texts to stop
i need these messages to stop now
make these texts stop
I'd like to stop receiving texts
I would like to opt out
I want to opt out of these texts
how do I opt out
How do I stop these texts?
how do i unsubscribe
don't text me
Don’t text me anymore
do not text me
Do not contact me
do not call
do not text this number
DO NOT CALL OR TEXT ME
dont message me again
never text me again
please don't send me any more texts
don't send me messages
Do not send any more
no more texts
No more texts please
no more messages
no more calls
no more
no texts
I don't want these texts
I don't want to receive texts
i dont want any more messages from you
I don't want this
I no longer wish to receive these messages
I no longer want text alerts
I do not wish to be contacted
leave me alone
Leave me alone!!!
go away
fuck off
stop fucking texting me
Stop texting me assholes
quit blowing up my phone
stop spamming me
Stop harassing me
stop bothering me
cancel text alerts
cancel my text messages
cancel these alerts
cancel all notifications
end texts
End these messages
turn off the texts
turn off text alerts please
I revoke my consent
I revoke consent to be texted
I do not consent to these messages
cease and desist
put me on your do not call list
Yes, please stop
yes stop
Hi, I got a new phone and I keep getting texts about somebody's electric bill. I'm not sure who this is for but it isn't me. Please stop sending them. Thank you and have a good day.
My power has been out for two days and nobody came. When will it be fixed? And stop texting me about my bill.
My power stopped. Also stop texting me.
I'll stop by the office Monday. Stop texting me until then? No: just stop texting me.
stop I don't have an account with you
STOP I am not your customer
I am not your customer stop
Stop wrong number
stop who is this
Who is this? Stop texting me
I already told you to stop
I said stop
I've asked you to stop three times
I texted STOP but I still get texts
if you don't stop I will call my lawyer
This is not Ruth's phone
this isn't my number anymore, this is not his number
> Pine River Electric: Your bill is due. Reply STOP to end, HELP for help.\nSTOP
stop por favor
no more mensajes
please no mas texts
no mas texts please
stop mandando mensajes
stop enviando mensajes por favor
alto
ALTO YA
basta
ya basta
pare
paren
paren ya
para
Para por favor
baja
BAJA
darme de baja
dar de baja
denme de baja
quiero darme de baja
cancelar
cancelar mensajes
cancelen los mensajes
quítenme de la lista
Quíteme de su lista por favor
quitenme
sáquenme de su lista
bórrenme de la lista
elimínenme de su lista
borren mi número
ya no me manden
ya no me manden mensajes
Ya no me envíen mensajes por favor
no me manden más mensajes
no me envíen más textos
no me llamen más
no me llamen
No me escriban
no me textees mas
no me molesten
no quiero mensajes
no quiero más mensajes
no quiero recibir mensajes
No deseo recibir más notificaciones
ya no quiero recibir estos mensajes
ya no quiero
dejen de mandar mensajes
dejen de mandarme mensajes
Dejen de enviarme textos
deje de llamarme
dejen de molestar
dejen de molestarme
déjenme en paz
dejame en paz
Paren de mandar mensajes
paren los mensajes
no más mensajes
no mas textos por favor
número equivocado
Numero equivocado!
se equivocó de número
persona equivocada
este no es mi numero
no autorizo que me manden mensajes
detener
detengan los mensajes
desuscribirme
favor de no enviar mensajes
por favor no me envien nada
Ya no me manden nada
STOP, no hablo inglés
Stop sending me these stupid texts
Please take me off this text list
PLEASE TAKE MY NUMBER OFF YOUR LIST
Take my name off the list
take me off your contact list now
you can remove me from this
I want off this list
get me off this list
Get me off of this
please delete me from your list
Remove me from all future messages
Enough with the texts, stop
stop notifying me
stop alerts
stop notifications
Stop all notifications
I would like to unsubscribe please
I wish to unsubscribe
Unsubscribe from all
i want to unsubscribe from these alerts
Unsubcribe me pls
opt me out
Opt me out of everything
opt out now
i opt out
I'm opting out
please opt-out
OPT OUT PLEASE
Quit texting this number
quit it
Quit sending texts!!!
quit calling me
Cease all contact
cease texting
Do Not Contact Me Again
Do not ever text me again
don't ever contact me again
Don't send me any more of these
dont send me this anymore
do not send me anything else
No longer want these
I do not want these messages anymore
I don't want to be on this list
I don't want to hear from you
I don't wanna get these anymore
Don't want any more
not interested, stop
Not interested please remove me
not interested. take me off your list
This is the wrong number
Wrong person
wrong number, this is not Ruth
wrong number. I don't know who that is
you got the wrong number dude
Hey you have the wrong number please stop
i think this is the wrong number
Who are you? Don't text me again
stop contacting me
Stop contacting this number
stop messaging
STOP MESSAGING ME
Stop msg
stop txt
Stop txting me
stop sms
stop pls
stop!!
stop?
Stop, please.
STOP. I don't live in that area anymore
"STOP"
'stop'
(stop)
-stop-
...stop...
Stop thanks
STOP thank you
Thanks but stop
No stop
no, stop texting
No more please
no more text messages
No more of these
no more alerts
No texting
please no texts
I'd rather not get these texts
I would rather not receive texts
I'd prefer not to get texts
prefer no texts please
I do not give you permission to text me
You don't have permission to text me
i never gave you permission to contact me
I withdraw my consent
Revoke consent
revoke my permission
please cancel
Cancel please
cancel texts
Cancel subscription
cancel my subscription
cancel notifications
cancel this
End this
end alerts
END please
end all messages
End it now
Please discontinue these messages
discontinue texts
Kindly discontinue sending me messages
please halt all messages
I'm blocking this number, stop texting
lose this number
forget my number
erase my number
this is a work phone, please remove
I'm at work, stop texting me!
Stop texting my phone
stop texting my mom's phone
STOP TEXTING MY WORK PHONE
im not ruth stop texting
This is not John please stop texting
Stop it!!!
stop it now
STOP THIS NOW
Stop with these messages
knock it off
knock off the texts
quit bothering me
Quit harassing me
You are harassing me. Stop.
f off
piss off
stfu
get lost
please leave us alone
do not disturb me
remove
REMOVE
exit
unsub
optou
opt  out
opt-out of texts
OptOut
ok, unsubscribe
Can you take me off this list?
could you remove my number please
how can i make these texts stop
how to stop these messages
how can I get off this list
how do i make this stop
is there a way to stop these texts?
I want to stop receiving these messages
want to stop getting these
I wish you would stop texting me
please stop all of this
stop everything
halt
desist
stop sending shit
stop sending me crap
stop texting me you idiots
for the love of god stop texting me
STOP IT ALREADY
I told you people to quit calling
I asked you to take me off this list
already asked to be removed
please stop, thanks
pls stop txting
plz stp
Stop im driving
Stop no se ingles
basta de mensajes
basta por favor
alto por favor
alto a los mensajes
dejen de escribirme
dejen de textearme
dejen de llamar
deja de mandar mensajes
deje de enviarme mensajes por favor
deje de mandar textos
por favor dejen de enviar mensajes a este número
por favor dejen de contactarme
no quiero recibir sus mensajes
no quiero que me manden mensajes
no quiero que me envíen nada
no quiero que me llamen
Ya no quiero mensajes
ya no deseo recibir mensajes
no deseo mensajes
no deseo que me contacten
no me mande mensajes
no me mande más
no me mandes nada
no me manden nada más
No mandar más mensajes
no enviar mas mensajes
no más llamadas
no mas alertas
ya no llamen
ya no me llamen
ya no me escriban
ya no me texteen
no me contacten
no contactar
no me contacten más por favor
no vuelvan a llamarme
no me vuelvan a escribir
quiten mi numero de la lista
quiten mi número
quiteme de la lista
sáqueme de la lista
saquen mi número de su lista
eliminen mi numero
elimíneme
bórreme de la lista
borrar mi número
cancele mi suscripción
cancelar suscripción
cancelar alertas
quiero cancelar los mensajes
quiero cancelar las notificaciones
deseo darme de baja
quiero dar de baja mi número
dar de baja mi numero
dame de baja
doy de baja
me quiero dar de baja
baja por favor
anular suscripción
paren de llamar
pare de mandar mensajes
paren de molestar
parar mensajes
parar por favor
pare por favor
para de mandarme mensajes
detener mensajes
detenga los mensajes por favor
suspender mensajes
se equivocaron de número
está equivocado de número
tienen el número equivocado
numero incorrecto
este no es el número de María
no es mi número
no soy esa persona, número equivocado
no autorizo mensajes
no molestar
no molesten
no fastidien
STOP mandar mensajes
please no me manden mas mensajes
stop los mensajes
no more textos
quiero salir de la lista
salir
fin
terminar
no, gracias, ya no me manden
ya estuvo, no manden más
Ya párenle
ya párenle con los mensajes
stop texting my phone number i am not interested
Would you kindly stop
stop texting me!!! wrong person!!!
Do not send me any more messages, please.
Please remove this phone number from your contacts.
Please remove my cell phone from your list
I am no longer at that address, please take me off
This is my work cell please stop texting it
Stop texting this phone it's a business line
Stop sending text messages to this number.
Stop sending messages
stop messages please
stop with the messages already
Can you take my number off please
pls remove
Plz remove my #
take me off ur list
Take this number off your list
Please discontinue
please discontinue texting this number
I have asked repeatedly to be removed from this list
I keep asking you to stop
How many times do I have to tell you to stop
how many times do i have to say STOP
Why do you keep texting me? Stop.
stop txtng me
stop txt me
STOP sending me msgs
stop ur texts
Enough! Stop!
Enough already stop texting
STAHP
Stop!!!1!
Stop...
STOP THE TEXTS
stop these
stop them
Stop them please
stop that
Stop bothering us
No text messages please
no text please
Please no more text messages to this phone
I don't text, take me off
I only have a landline stop texting
please cease
please quit
please end
cancel please!
please cancel all texts
Cancel all text messages
Cancel messages
cancel my text alerts please
I want to cancel these texts
I'd like to cancel text notifications
I want to revoke consent
I hereby revoke my consent to receive texts
You do not have my consent to text me
I didn't give consent for these messages
Please opt me out of text messages
Opt me out please
opt out all
Optout all
opted out
End
The End stop
do not text or call
Don't call or text this number again!
dont call this phone
Do not call me again
do not message
dont txt me no more
Dont text me no more
do not reply to me, stop
Never contact me again
Don't ever send me texts again
not my account, stop texting me
I didn't ask for this. Stop.
I don't have electric with you. Please stop.
You keep texting the wrong person
You are texting the wrong person
wrong no.
Wrong nbr
wrong # sorry
wrong person sorry
Ruth doesn't have this number anymore
this number no longer belongs to Ruth Sapp
not Ruth's number
you have a wrong number
No mas mensajes de texto
NO MÁS
no mas gracias
no mas, gracias
nomas
No mande mas mensajes
No manden mensajes
ya no manden mensajes
ya no envien
no envíen
No envíe más mensajes
no escriban
no escribas más
que ya no me manden mensajes
por favor ya no
ya no por favor
por favor deténganse
deténganse
párele
Párenle por favor
deja de molestar
deja de escribirme
dejen de chingar
dejen de estar mandando mensajes
dejen de estar molestando
dejen de mandarme esto
quiero dejar de recibir mensajes
quisiera dejar de recibir sus mensajes
quiero que dejen de mandarme mensajes
quiero que paren
me pueden quitar de la lista
me pueden sacar de la lista por favor
Me podrían dar de baja
pueden borrar mi numero
favor de darme de baja
favor de quitarme de su lista
Favor de eliminar mi número
favor de no molestar
por favor no me llamen
por favor no textear
No textos
no llamadas
cancelar los textos
cancele los textos
desactivar alertas
desactiven los mensajes
revoco mi consentimiento
no doy mi consentimiento
No acepto mensajes
equivocado
Equivocado de numero
te equivocaste de número
este número es equivocado
no conozco a esa persona, no me manden mensajes
STOP STOP por favor ya
stop ya
please para
no more por favor
unsubscribe por favor
quiero unsubscribe
cancel por favor
remove me por favor
"""

# What must not be taken for a revocation, nor for anything else that we act on.
OTHER = r"""
thanks
Thank you!
ok
Ok thank you
👍
great
stopwatch
stop by the office
Can I stop by the office?
I'll stop by tomorrow to pay
can someone stop by
Please stop by and look at the meter
will the crew stop by today?
when will it stop
When will it stop?
when will the power outage stop
when does it stop
can you stop the estimate billing
Can you stop estimating my bill
please stop estimate billing
my power stopped
My power stopped working
the meter stopped
my meter stopped last night
it stopped
the rain stopped and the lights are on
power quit again
it quit again
quit raining and lights are back
It quit raining
my AC quit working
cancel my appointment
Please cancel my appointment for Tuesday
cancel my service
I want to cancel my service at 12 Oak St
cancel my payment
cancel the service order
cancel my autopay
I need to cancel my account
can I cancel the work order
stop my service on the 30th
I need to stop service
stop service
please stop the disconnect
stop payment on my check
stop autopay
Stop charging me late fees
stop billing me twice
don't stop
please don't stop
Don't stop texting me
do not stop the alerts
please do not unsubscribe me
I don't want to stop getting these
I didn't mean to stop the texts
when is the next bus stop
the bus stop light is out
stop sign is down at Main and 3rd
There's a pole down by the stop sign
street light by the stop sign is out
non-stop flickering here
nonstop outages all week
can't stop the leak
it won't stop beeping
The alarm won't stop beeping
the flickering won't stop
make the flickering stop
I want the flickering to stop
what can I do to stop the flickering
end of month
I'll pay at the end of the month
at the end of my road
the weekend
I quit my job and can't pay
did you stop sending alerts?
Why did you stop texting me?
why did the texts stop
my alerts stopped
I stopped getting texts
Have you stopped the outage alerts?
stop sending paper bills
Please stop mailing me paper bills
take me off autopay
take me off paperless
remove me from budget billing
take me off bank draft please
I want to opt out of the smart meter
opt out of paperless billing
remove the tree from the line
remove my late fee
When is my power back?
when will my power be restored
power is out
power still out
still no power
My lights are out at 162 Pine St
lights are back on
what is my balance?
How much do I owe
I paid yesterday
I already paid
who is this
who is this?
Who dis
what is this about
is this a real text
Liked “Pine River Electric: Your bill is due. Reply STOP to end, HELP for help.”
Loved “Power is back. Reply STOP to end”
Disliked “Your bill is $120. Reply STOP to end, HELP for help.”
👍 to “Reply STOP to end”
> Reply STOP to end, HELP for help.
thanks > Pine River Electric: Reply STOP to end, HELP for help.
Yes my power is back
yes, still out
yes it is working now
When does the work start
my car won't start
help my power is out
I need help paying my bill
can you help me with my bill
I need an extension until Friday
can I make a payment arrangement
wrong amount on my bill
the wrong account number is on my bill
there is a tree on the line, can you send someone
send a crew please
no power
no power here
no lights
no more outages please
no more power
no internet either
call me
please call me back
text me when it's back
you never call me back
nobody calls me back
keep texting me
keep sending them
a truck stopped in front of my house
they stopped by already
Will the trucks stop on Elm St
the storm should stop soon
is there any way to stop the disconnection
I can't stop by today
one stop shop
my stop payment went through
gracias
Muchas gracias
no tengo luz
se fue la luz
cuando llega la luz
¿Cuándo vuelve la luz?
cuándo para la lluvia
¿cuándo van a parar los apagones?
dejó de llover y ya volvió la luz
dejó de funcionar el medidor
fin de mes
pago a fin de mes
el fin de semana pago
cancelar mi cita
quiero cancelar mi servicio
ya cancelé mi recibo
dar de baja el servicio
quiero dar de baja mi cuenta de luz
no me corten la luz
por favor no corten la luz
no más cortes
no más apagones por favor
mi recibo está muy alto
alto consumo
la luz está baja
bajo voltaje
para cuándo estará listo
para pagar mi recibo
no dejen de mandarme mensajes
no dejen de avisarme
no me manden la factura en papel
no me han llamado
quiten el árbol
quiero quitar el débito automático
quién es
¿Quién es?
ya pagué
necesito una extensión
muy bien
está bien
Stop in anytime
We can stop in tomorrow
can I stop in and pay
are you open? I want to stop by
Stop by my house please
please have someone stop by
The stop light on 5th is out
there is a school bus stop near the downed line
My fridge stopped working
My meter has stopped
everything stopped
water stopped
is the outage going to end soon
When will this end
when does it end
will it end soon
When is this going to stop
How long until the outage stops
how long until it stops
What time does the work stop
when will the crews stop working
what time do you stop taking payments
Can you stop the power from flickering
stop the flickering please
stop my power from going out
stop cutting my trees
Please stop cutting trees on my property
stop the truck from blocking my driveway
stop the trucks
stop cutting off my power
please stop cutting my power off
stop disconnecting me
don't disconnect me please
please dont cut me off
don't shut off my power
please don't turn off my lights
turn off my power
Turn off the street light
shut off service at my old address
disconnect my service
cancel the disconnect
cancel my order
cancel my request please
cancel the appointment
cancel my reconnect
Please cancel my move
can i cancel my appointment
cancel my membership
cancel my bank draft
Cancel the technician visit
I canceled my card
cancel the extension
cancel budget billing
i want to cancel paperless
end my service on Friday
I want to end my service
end of the street
weekend hours?
at the end of the day
the light at the end of the road is out
quit smoking
my power quit
The heat pump quit working
the transformer quit
power quit at 5
my lights quit
I quit paying by check
don't cancel my service
don't cancel my appointment
do not cancel
please don't unsubscribe me
I don't want to unsubscribe
don't take me off the list
please don't remove me
don't remove me
Do not remove my number
never stop sending these, they're great
keep them coming
These texts are helpful, don't stop
glad the rain stopped
it has stopped
has the storm stopped
did it stop
did the outage stop
the noise stopped
he stopped by yesterday
they never stopped by
your crew didn't stop
your guy didn't stop by
nobody stopped
the bus doesn't stop here
where does the bus stop
non stop alarms
the power won't stop going off and on
it keeps stopping and starting
can't stop crying
stop loss
stop watch
pit stop
Stop the bleeding
can I stop payment
stop draft
Please stop the automatic payment
stop bank draft
stop recurring payment
stop my payment
stop the auto pay
Stop the late fee
stop estimated readings
stop guessing my meter
is there a way to stop the late fee
how do I stop autopay
how do i cancel my service
how do I cancel my payment
how do I opt out of budget billing
opt out of smart meter
opt out of AMI
can i opt out of the smart meter fee
unsubscribe me from paperless billing
remove me from autopay
remove my husband from the account
take my name off the account
take my ex off my account
remove my card
delete my payment method
take me off hold
take me off levelized billing
wrong bill
wrong address
this is the wrong amount
wrong date
you have the wrong address on my bill
my name is wrong
I have a new number
my number changed to 478-555-0111
the number on my bill is wrong
text me at this number
can you text me the amount
please text me when power is restored
please call
call me at 478 555 0100
don't call it fixed
I can't talk now
I'm driving
on my way
who are you
Who is this and why are you texting me
what is this
why am I getting this
how did you get my number
??
?
hello
good morning
lol
haha
no problem
no worries
not yet
no not yet
No I haven't paid
no it's still out
no power yet
not working
no it is not
yes it is
yes thanks the power is on
Yeah
yep
y
sure
k
okay
nice
awesome job
God bless your linemen
thank the crew
love you guys
Paid
paid it
I will pay Friday
will pay on 30th
how much is my bill
bill
balance
pay
outage
OUT
Power out
report outage
street light out
what's the status
eta
any update?
update?
when
address is 12 Oak st
162033-001
$120
1
start my service
I need to start service
when can I start service
starting Monday
start of month
the info on my bill is wrong
helpful
thanks for the help
Thank you for your help
send help
the help desk hung up
can you send me info about solar
Emphasized “Power is back”
Laughed at “Reply STOP to end”
Le gustó “Su factura. Responda STOP para terminar”
Reacted 👍 to "Reply STOP to end, HELP for help"
😂
🙏🙏
¿a qué hora llega la luz?
cuando termina el apagón
cuándo termina
a qué hora terminan
hasta cuándo
para qué es esto
para mí está bien
¿para cuándo la luz?
dejó de salir agua
se cortó la luz
no hay luz
sin luz
no tengo electricidad
ya llegó la luz
ya volvió la luz gracias
ya tengo luz
no ha llegado
no me ha llegado la factura
no recibí mi factura
no puedo pagar
no quiero pagar tanto
no quiero recibos en papel
no quiero factura de papel
quiero cancelar mi cuenta
cancelar servicio
quiero cancelar mi recibo
cancelar mi pago automático
dar de baja mi servicio
dar de baja el medidor
me cortaron la luz
no corten mi servicio
no desconecten
dejen de cortar la luz
dejen de cobrarme
dejen de cortar mis árboles
paren de cortar la luz
quiten ese poste
saquen el camión
borren mi tarjeta
alto voltaje
el voltaje está bajo
la factura salió alta
por fin llegó la luz
en fin
fin de año
no dejen de mandar alertas
no cancelen mi servicio
por qué dejaron de mandarme mensajes
ayer llamé y no contestan
no contestan el teléfono
no me contestan
llámenme por favor
me pueden llamar
mándenme la factura
cuánto debo
cuanto es
ok gracias
bien
buenos días
sí ya pagué
si, ya tengo luz
necesito ayuda para pagar
ayuda con mi recibo
Can I stop at your office to pay?
I'd like to stop by and talk to someone
is it ok if I stop by at 4
stop over anytime
My lights stopped flickering thank you
The flickering has stopped
outage ended
power came back, rain ended
When will you stop working on our street
when will they stop digging
will this ever end
how much longer will this outage go on
please put a stop to the tree cutting
Please put a stop payment on it
i need a stop payment
need to stop my electric service June 5
I want to stop my service
Stop my electric
Stop electric service at my rental
please stop service effective 12/1
Move out: stop service at 4 Elm
Stop budget billing
stop my budget plan
stop my ebill
stop paperless billing
stop mailing bills
please stop estimating the reading
You need to stop estimating my bill
stop raising rates
Stop raising our rates!
stop overcharging me
Stop ripping people off
Stop the rate increase
please stop the power surges
stop the noise
can you stop the buzzing transformer
Stop the meter reader from opening my gate
We need to stop the leak
The dog won't stop barking at your crew
I had to stop taking my medicine, power is out
Cancel my tree trimming appointment
cancel tomorrow's appointment
I need to cancel tomorrow
cancel my card payment
please cancel the payment I made by mistake
can you cancel my late fee
cancel auto-pay
Cancel automatic draft
how do I cancel auto pay
Cancel disconnect, I paid
I need to end service at my apartment
When does the discount end
when does the promotion end
does the program end in June
Is the outage at an end
End of Pine Road is out
tree at the end of the drive
Both ends of the street are dark
the weekend is fine
it quit
The AC has quit
My well pump quit when the power went off
my phone quit working
I don't want my power to stop
please don't stop my service
don't stop my autopay
don't end my service
Please do not stop sending outage texts
I still want texts, don't stop them
I like these texts do not stop
never stop the alerts
Did I miss the stop date
are the texts going to stop now that I paid
Have you stopped sending texts? I get none
I'm not getting texts anymore
I haven't gotten any texts
text never came
I didn't get a text
no call from you
nobody called
No one called me
no crew here
you don't answer your phone
don't know
I don't know
I don't understand
do not understand this bill
I don't see my payment
don't forget us
don't worry
no worries thanks
no thanks needed
not sure
who do I call
who do I contact about a new service
how can I contact someone
what number do I call
do I call or text
Can I remove a meter
remove limb on line
please remove the old pole
remove the fee
can you take the fee off
take the late fee off
take that charge off my bill
take off the deposit
get my power on
get off work at 5
leave the meter alone
leave a message
go ahead
I left you alone a voicemail
I'm off today
my breaker is off
lights off
turned off
it's off
the power is off again
opt for paper bills
how do I opt in to paperless
change my number
I lost my phone
lost my bill
forgot my password
forgot my account number
delete my card on file
this bill is wrong
wrong
the wrong meter was read
wrong name on account
Is this really Pine River
is this spam?
Are you a robot
are you a real person
Bus stop light out at Main
The stop at 4th and Main has no light
Truck stop on I-75 is dark
school's out
the power stops every night
lights stop working every time it rains
A/C stops when it rains
It stops and starts
hope it stops soon
hopefully the rain stops
wish it would stop raining
pienso pagar el viernes
¿cuándo termina el corte?
¿cuándo acaba?
a qué hora paran de trabajar
el camión paró en mi casa
ya paró la lluvia
ya se detuvo
el medidor se paró
paró de llover
no para de llover
no para la lluvia
la alarma no para
para el viernes pago
para cuando
¿para qué?
¿Para qué es?
pare de contar
hay que parar el árbol
pueden parar el corte
por favor paren el corte
no quiero que me corten
quiero parar mi servicio
quiero terminar mi servicio
quiero dar de baja el servicio de luz
cancelar mi orden
cancelar el pago
puedo cancelar el viernes
voy a cancelar mi factura el lunes
ya la cancelé
baja la luz a cada rato
la luz baja y sube
quiten la rama
quiten el recargo
me quitaron la luz
no me quiten la luz
borrar mi tarjeta
eliminar el recargo
la dirección está equivocada
mi nombre está equivocado en la factura
el recibo está equivocado
no es mi factura
no es correcto
no entiendo
no sé
no sirve la luz
no funciona
no hay servicio
ya no hay luz
ya no tengo luz
ya no debo nada
"""

# What may be meant as a stop, or as one of a part: suppressed, and a person reads it.
UNCLEAR = r"""
no
No.
nope
no thanks
No thank you
not interested
cancel it
cancel that
stop texting me at night
don't text me at 6 am
do not call before 8
stop texting me so late
please stop texting me at work
don't call, text me instead
stop calling, text me
text me instead of calling
too many texts
I'm tired of these texts
stop sending me emails
stop emailing me
I never signed up for this
I didn't sign up for these alerts
I am not a customer
I don't have an account with you
I moved
I don't live there anymore
he passed away
spam
this is spam
I'm reporting you to the FCC
fuck you
stop the madness
atop
Stop outage texts but keep the bill reminders
only text me when the power is out, stop the rest
you never stop texting
these texts never stop
ya no vivo ahí
no soy cliente
no gracias
no me interesa
menos mensajes por favor
no me llamen antes de las 8
no me manden mensajes tan tarde
demasiados mensajes
voy a llamar a mi abogado
"""

# What asks for messages.
START = r"""
START
start
Start!
yes
YES
Yes please
yes, thank you
unstop
UNSTOP
start again
please start texting me again
resume texts
turn my texts back on
sign me up
opt in
I want to get texts again
resubscribe
I accidentally texted stop, please start again
sí
Si
si por favor
comenzar
iniciar
alta
reanudar mensajes
quiero recibir mensajes
vuelvan a mandarme mensajes
suscríbanme
"""

# What asks who we are.
HELP = r"""
HELP
help
Help!
help please
help me
INFO
info
more info
I need help
ayuda
AYUDA
ayuda por favor
Necesito ayuda
información
info por favor
"""


def texts_of(block: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in block.strip("\n").split("\n")]
